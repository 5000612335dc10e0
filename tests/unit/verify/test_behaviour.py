"""Old and new code are run with the same values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.settings.schema import VerifySettings
from gearshift.verify import differential
from gearshift.verify.change import Change
from gearshift.verify.comparison import Comparison
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.verifier import Verifier

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.verification import Verdict

LEAP = """\
def leap(year):
    if year % 400 == 0:
        return True
    if year % 100 == 0:
        return False
    return year % 4 == 0
"""


async def _compare(
    tmp_path: Path,
    before: str,
    after: str,
    symbol: str = "leap",
    tests: str | None = None,
    *,
    errors_may_differ: bool = False,
) -> Verdict:
    async def yes() -> bool:
        return True

    file = tmp_path / "m.py"
    file.write_text(before)
    test_files: tuple[Path, ...] = ()
    if tests is not None:
        test_file = tmp_path / "test_m.py"
        test_file.write_text(tests)
        test_files = (test_file,)
    verifier = Verifier(tmp_path, VerifySettings(), Sandbox(), yes)
    change = Change("python", before, after, symbol)
    try:
        return await verifier.same_behaviour(
            Comparison(
                *(change, file, tmp_path, "m", test_files), errors_may_differ=errors_may_differ
            )
        )
    finally:
        await verifier.close()


async def test_equal_behaviour_is_evidence(tmp_path: Path) -> None:
    after = "def leap(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)\n"
    verdict = await _compare(tmp_path, LEAP, after)
    assert verdict.passed
    assert verdict.evidence[0] == "differential"
    assert verdict.detail.endswith("calls return what they returned before.")


@pytest.mark.parametrize(
    ("before", "after", "symbol", "part"),
    [
        pytest.param(
            LEAP,
            "def leap(y):\n    return y % 400 == 0 or (y % 100 == 0 and y % 4 != 0)\n",
            "leap",
            "`leap(4)` returned True before, False now",
            id="a wrong condition",
        ),
        pytest.param(
            "def f(a, b):\n    return a if a <= b else b\n",
            "def f(a, b):\n    return a\n",
            "f",
            "It behaves differently: `f(",
            id="two arguments",
        ),
        pytest.param(
            "def f(items):\n    return sorted(items)\n",
            "def f(items):\n    items.sort()\n    return items\n",
            "f",
            "It behaves differently: `f(",
            id="an argument is changed",
        ),
        pytest.param(
            "def f(text: str):\n    return text.partition('=')[0]\n",
            "def f(text: str):\n    return text.split('=')[1]\n",
            "f",
            "raises IndexError now",
            id="a new error",
        ),
    ],
)
async def test_a_difference_is_told_with_its_call(
    tmp_path: Path, before: str, after: str, symbol: str, part: str
) -> None:
    verdict = await _compare(tmp_path, before, after, symbol)
    assert not verdict.passed
    assert part in verdict.detail


@pytest.mark.parametrize(
    ("before", "symbol"),
    [
        pytest.param("import gone\n" + LEAP, "leap", id="can't be imported"),
        pytest.param("def f(x):\n    return x.name\n", "f", id="takes nothing that is tried"),
        pytest.param("def f(x):\n    return 1\n", "f", id="always the same"),
        pytest.param("class A:\n    def f(self): return 1\n", "A.f", id="a method"),
        pytest.param("import random\ndef f(x):\n    return random.random()\n", "f", id="chance"),
    ],
)
async def test_what_cant_be_compared_is_no_evidence(
    tmp_path: Path, before: str, symbol: str
) -> None:
    verdict = await _compare(tmp_path, before, before + "\n# same\n", symbol)
    assert (verdict.passed, verdict.evidence) == (True, ())


async def test_code_that_no_longer_ends_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(differential, "MOST_SECONDS", 2.0)
    after = "def leap(year):\n    while year == 7:\n        pass\n" + LEAP.partition("\n")[2]
    verdict = await _compare(tmp_path, LEAP, after)
    assert verdict.detail == (
        "`leap` ended for all values that were tried; now it does not end for some."
    )


async def test_a_test_that_fails_now_is_told(tmp_path: Path) -> None:
    before = "class A:\n    def f(self):\n        return 1\n"
    verdict = await _compare(
        tmp_path,
        before,
        before.replace("1", "2"),
        "A.f",
        tests="from m import A\n\n\ndef test_f():\n    assert A().f() == 1\n",
    )
    assert not verdict.passed
    assert "`test_m.py::test_f` passed before and fails now." in verdict.detail


async def test_existing_tests_are_evidence_for_methods_too(tmp_path: Path) -> None:
    before = "class A:\n    def f(self):\n        return 1\n"
    tests = "from m import A\n\n\ndef test_f():\n    assert A().f() == 1\n"
    verdict = await _compare(tmp_path, before, before + "\n", "A.f", tests)
    assert verdict.evidence[0] == "tests"
    assert verdict.detail == "1 existing test passes as before."


async def test_errors_for_everything_are_no_handling_of_errors(tmp_path: Path) -> None:
    first = "    if year % 400"
    strict = LEAP.replace(first, f"    if not year:\n        raise ValueError\n{first}", 1)
    some = await _compare(tmp_path, LEAP, strict, errors_may_differ=True)
    assert some.passed, some.detail
    broken = LEAP.replace(first, f"    raise ValueError\n{first}", 1)
    every = await _compare(tmp_path, LEAP, broken, errors_may_differ=True)
    assert not every.passed
    assert every.detail.startswith("Every call that gave a result before fails now: `leap(")


async def test_tests_may_write_into_a_copy_of_their_project(tmp_path: Path) -> None:
    before = "def size():\n    return 2\n"
    tests = (
        "from pathlib import Path\n\nfrom m import size\n\n\ndef test_size():\n"
        "    kept = Path(__file__).parent / 'kept.txt'\n    assert not kept.exists()\n"
        "    kept.write_text('x')\n    assert size() == 2\n"
    )
    good = await _compare(tmp_path, before, before + "\n", "size", tests)
    assert good.evidence[0] == "tests", good
    bad = await _compare(tmp_path, before, before.replace("2", "3"), "size", tests)
    assert "`test_m.py::test_size` passed before and fails now." in bad.detail
    assert not (tmp_path / "kept.txt").exists()
