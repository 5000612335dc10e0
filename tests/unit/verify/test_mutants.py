"""Faults put into code: which, where, and in what order."""

from __future__ import annotations

import pytest

from gearshift.verify.mutants import mutants_of


def _changes(text: str) -> list[str]:
    return [m.change for m in mutants_of(text, 1, text.count("\n"))]


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ("return a < b", "`a < b` became `a <= b`"),
        ("return a + b", "`a + b` became `a - b`"),
        ("return a and b", "`a and b` became `a or b`"),
        ("return not a", "`not a` became `a`"),
        ("return 3", "`3` became `4`"),
        ("return True", "`True` became `False`"),
        ("return 'x'", "`'x'` became `''`"),
        ("return a is None", "`a is None` became `a is not None`"),
        ("a += 1", "`a += 1` became `a -= 1`"),
        ("a.append(b)", "`a.append(b)` became `pass`"),
        ("raise ValueError(a)", "`raise ValueError(a)` became `pass`"),
        ("return a[1:]", "`1` became `2`"),
        ("return a", "`return a` became `return None`"),
        ("return a if b else None", "`b` became `not (b)`"),
        ("return a(b, 'x')", "`a(b, 'x')` became `a('x', b)`"),
        ("return int(a)", "`int(a)` became `a`"),
        ("return a.lower()", "`a.lower()` became `a`"),
    ],
)
def test_a_line_gets_its_fault(line: str, change: str) -> None:
    assert change in _changes(f"def f(a, b):\n    {line}\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('def f(a):\n    """Say 1."""\n', id="a docstring"),
        pytest.param("def f(a: 'int') -> 'str': ...\n", id="annotations"),
        pytest.param("@g(1)\ndef f(a): ...\n", id="a decorator"),
        pytest.param("if TYPE_CHECKING:\n    x = 1\n", id="for types alone"),
        pytest.param("def f(:\n", id="no Python"),
    ],
)
def test_what_is_no_behaviour_is_left_alone(text: str) -> None:
    assert _changes(text) == []


def test_arguments_whose_order_means_nothing_are_not_swapped() -> None:
    text = "def clamp(value, low, high):\n    return max(low, min(value, high))\n"
    assert _changes(text) == ["`return max(low, min(value, high))` became `return None`"]


def test_a_lost_result_is_only_for_lines_that_nothing_else_can_break() -> None:
    text = "def f(a):\n    if a:\n        return a\n    return a + 1\n"
    found = [m for m in mutants_of(text, 1, 4) if "None" in m.change]
    assert [m.line for m in found] == [3]


def test_the_blunt_come_last() -> None:
    text = "def f(a):\n    a = int(a)\n    return g(a, b) if a > 1 else a\n"
    blunt = [mutant.is_blunt for mutant in mutants_of(text, 1, 3)]
    assert blunt == sorted(blunt)
    assert set(blunt) == {False, True}


def test_lines_take_turns() -> None:
    text = "def f(a, b):\n    if a < 1 and b < 2:\n        return a\n    return a * b\n"
    lines = [mutant.line for mutant in mutants_of(text, 1, 4)]
    assert lines[:2] == [2, 4]


def test_only_the_lines_named_are_broken_and_the_rest_is_kept_to_the_letter() -> None:
    text = "x = 1\n\n\ndef f(a):  # ä\n    return 'ü' + a  # + stays\n\n\ny = 2\n"
    found = mutants_of(text, 4, 5)
    assert [m.text for m in found if "became `'ü' - a`" in m.change] == [
        text.replace("'ü' + a", "('ü' - a)")
    ]
    assert {m.line for m in found} == {5}


def test_a_default_is_broken_too() -> None:
    assert "`2` became `3`" in _changes("def f(a=2):\n    return a\n")
