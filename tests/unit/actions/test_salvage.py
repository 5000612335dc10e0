"""Tests of which a part can't be read."""

from __future__ import annotations

import pytest

from gearshift.actions.salvage import (
    MOST_STATEMENTS,
    whole_part,
    without_unreadable,
    without_unreadable_cases,
)

HEAD = "from shop import add\n\n\n"
GOOD = "def test_good():\n    assert add(1, 2) == 3\n"


def test_the_whole_statements_of_a_cut_off_test_stay() -> None:
    cut = HEAD + "def test_a():\n    assert add(1, 2) == 3\n    assert add(2,\n               3"
    assert whole_part(cut) == HEAD + "def test_a():\n    assert add(1, 2) == 3\n"


def test_a_test_that_ran_on_is_short() -> None:
    lines = "".join(f"    assert add({n}, 1) == {n + 1}\n" for n in range(30))
    found = whole_part(
        f"{HEAD}class TestAdd:\n    def test_a(self):\n" + lines.replace(" a", "     a")
    )
    assert found is not None
    assert found.count("assert") == MOST_STATEMENTS


@pytest.mark.parametrize(
    "code", ["", "from shop import add\n\ndef test_a():\n    assert (", "x = 1\n"]
)
def test_nothing_whole_is_nothing(code: str) -> None:
    assert whole_part(code) is None


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("def test_b():\n    assert add(1st, 2) == 3\n", id="no number"),
        pytest.param("@mark\ndef test_b():\n    assert add(1,\n", id="a bracket"),
        pytest.param("def test_b():\n", id="no body"),
        pytest.param("async def test_b():\n      x = 1\n    assert x\n", id="indentation"),
    ],
)
def test_a_test_that_does_not_parse_goes_alone(broken: str) -> None:
    after = "\n\ndef test_c():\n    assert add(0, 0) == 0\n"
    code, lost = without_unreadable(f"{HEAD}{GOOD}\n\n{broken}{after}")
    assert lost == ("test_b",)
    assert [name in code for name in ("test_good", "test_b", "test_c")] == [True, False, True]


def test_a_method_goes_alone_too() -> None:
    bad = "    def test_a(self):\n        assert 1st\n\n"
    good = "    def test_b(self):\n        pass\n"
    code, lost = without_unreadable(f"class TestAdd:\n{bad}{good}")
    assert (code, lost) == (f"class TestAdd:\n{good}", ("test_a",))


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(HEAD + GOOD, id="all parses"),
        pytest.param("from shop import\n" + GOOD, id="what is no test does not parse"),
        pytest.param(HEAD + "def test_a():\n    assert 1st\n", id="no test parses"),
    ],
)
def test_other_code_stays_as_it_is(code: str) -> None:
    assert without_unreadable(code) == (code, ())


def test_other_languages_lose_what_does_not_parse() -> None:
    good = 'test("good", () => {\n  assert.equal(add(1, 2), 3);\n});\n'
    bad = 'test("bad", () => {\n  assert.equal(add(1, ), ) 3;\n});\n'
    code, lost = without_unreadable_cases("javascript", f"{good}\n{bad}")
    assert (code, lost) == (good, ("bad",))
    assert without_unreadable_cases("javascript", good) == (good, ())
    assert without_unreadable_cases("javascript", bad) == (bad, ())
