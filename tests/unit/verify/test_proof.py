"""What is proved of passing tests, on every rung of the sandbox that works here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.core.errors import Refused
from gearshift.settings.schema import VerifySettings
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.screening import Trial, UnderTest
from gearshift.verify.suite import read_tests
from gearshift.verify.verifier import Verifier

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.isolation import Isolation

SOURCE = "def fee(n):\n    if n < 3:\n        return n * 2\n    return n\n"
OLD = "from till import fee\n\n\ndef test_small():\n    assert fee(1) == 2\n"
NEW = (
    "\n\ndef test_again():\n    assert fee(2) == 4\n"
    "\n\ndef test_big():\n    assert fee(3) == 3\n"
    "\n\ndef test_loose():\n    assert fee(9)\n"
)


async def _yes() -> bool:
    return True


@pytest.mark.parametrize("rung", ["bwrap", "unshare", "none"])
async def test_a_test_must_run_something_new_and_notice_a_fault(
    tmp_path: Path, rung: Isolation
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    source, tests = project / "till.py", project / "test_till.py"
    source.write_text(SOURCE)
    tests.write_text(OLD)
    new = frozenset(t.name for t in read_tests(OLD + NEW)) - {"test_small"}
    trial = Trial(
        *(tests, OLD + NEW, new, frozenset({"fee"}), project, OLD),
        UnderTest(source, SOURCE, 1, 4, "`fee`"),
    )
    told: list[str] = []
    sandbox = Sandbox((rung,))
    verifier = Verifier(project, VerifySettings(run="always"), sandbox, _yes, tell=told.append)
    result = await verifier.try_tests(trial)
    await verifier.close()

    assert result.kept == ("test_big",), result
    assert result.dropped == (
        "`test_again` ran nothing of `fee` that was not run.",
        "`test_loose` noticed none of the faults put into the code.",
    )
    assert "It runs 3 of 3 lines and 2 of 2 branches of `fee` (2 before)" in result.verdict.detail
    assert result.verdict.evidence == (
        *("tests", "coverage", "mutants"),
        f"sandbox:{await sandbox.isolation()}",
    )
    assert told[0] == "Running 3 new tests"
    assert any(words.startswith("Killing mutants") for words in told)
    assert source.read_text() == SOURCE
    assert tests.read_text() == OLD


async def test_a_blunt_fault_counts_only_for_a_test_that_runs_nothing_finer(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    source, tests = project / "till.py", project / "test_till.py"
    code = (
        "def price(table, name):\n    try:\n        return table[name]\n"
        "    except KeyError:\n        return len(table) + 1\n"
    )
    text = (
        "from till import price\n\n\ndef test_known():\n    assert price({'a': 3}, 'a') == 3\n"
        "\n\ndef test_loose():\n    assert price({}, 'a') is not None\n"
    )
    source.write_text(code)
    trial = Trial(
        *(tests, text, frozenset({"test_known", "test_loose"}), frozenset({"price"}), project, ""),
        UnderTest(source, code, 1, 5, "`price`"),
    )
    verifier = Verifier(project, VerifySettings(run="always"), Sandbox(), _yes)
    result = await verifier.try_tests(trial)
    await verifier.close()
    assert result.kept == ("test_known",), result
    assert result.dropped == ("`test_loose` noticed none of the faults put into the code.",)


async def test_code_whose_tests_notice_every_fault_is_not_worked_on(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    source, tests = project / "till.py", project / "test_till.py"
    code = "def fee(n):\n    return n * 2\n"
    old = "from till import fee\n\n\ndef test_three():\n    assert fee(3) == 6\n"
    new = old + "\n\ndef test_five():\n    assert fee(5) == 10\n"
    source.write_text(code)
    tests.write_text(old)
    trial = Trial(
        *(tests, new, frozenset({"test_five"}), frozenset({"fee"}), project, old),
        UnderTest(source, code, 1, 2, "`fee`"),
    )
    verifier = Verifier(project, VerifySettings(run="always"), Sandbox(), _yes)
    try:
        with pytest.raises(Refused, match="there is nothing to add"):
            await verifier.try_tests(trial)
    finally:
        await verifier.close()
