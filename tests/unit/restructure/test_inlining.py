"""What a name stands for comes in its places only where that is surely the same."""

from __future__ import annotations

import ast

import pytest

from gearshift.restructure.calls import without_function
from gearshift.restructure.inlining import inlinable_variables, without_variable
from gearshift.restructure.moving import Unfit


def _function(*lines: str) -> str:
    return "def f(a, read):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["b = read()", "c = read()", "return b, c"], id="the order of calls"),
        pytest.param(["b = read()", "return a and b"], id="worked out or not"),
        pytest.param(["b = read()", "return [b for _ in a]"], id="once and not for each"),
        pytest.param(["b = read()", "for _ in a:", "    read(b)"], id="in a loop"),
        pytest.param(["b = a", "a = 2", "return b"], id="set anew"),
        pytest.param(["b = a.x", "read()", "return b"], id="an attribute that a call may set"),
        pytest.param(["b = 1", "b = 2", "return b"], id="two values"),
        pytest.param(["b = read()", "return lambda: b"], id="in another function"),
        pytest.param(["b = read()", "return f'{b}'"], id="in an f-string"),
        pytest.param(["if a:", "    b = 1", "return b"], id="set in one branch"),
        pytest.param(["global b", "b = 1", "return b"], id="a global"),
    ],
)
def test_a_variable_stays_where_its_place_matters(lines: list[str]) -> None:
    assert "b" not in inlinable_variables(_function(*lines), "f")


@pytest.mark.parametrize(
    ("lines", "after"),
    [
        pytest.param(["b = a + 1", "return b * 2"], "return (a + 1) * 2", id="parentheses"),
        pytest.param(["b = a + 1", "return b"], "return a + 1", id="none needed"),
        pytest.param(["b = 'é' + a", "return 'ü', b"], "return 'ü', 'é' + a", id="wide letters"),
        pytest.param(["b = a", "return b, b"], "return a, a", id="a name, twice"),
        pytest.param(["b = read(a)", "return read(b)"], "return read(read(a))", id="a call"),
    ],
)
def test_a_variable_goes(lines: list[str], after: str) -> None:
    text = _function(*lines)
    assert "b" in inlinable_variables(text, "f")
    assert without_variable(text, "f", "b") == _function(after)


def test_a_comment_beside_the_variable_is_not_thrown_away() -> None:
    assert without_variable(_function("b = 1  # one", "return b"), "f", "b") is None


HOME = "def _f(a, b=2):\n    return a + b\n\n\ndef g(x, read):\n    return {}\n"


def _inlined(expression: str) -> str:
    text = HOME.format(expression)
    tree = ast.parse(text)
    lines = text.split("\n")
    places = [
        sum(len(line) + 1 for line in lines[: n.lineno - 1]) + n.col_offset
        for n in ast.walk(tree)
        if isinstance(n, ast.Name) and n.id == "_f"
    ]
    done = without_function({"m.py": text}, "m.py", "_f", {"m.py": places})
    return done["m.py"].partition("return ")[2].strip()


@pytest.mark.parametrize(
    ("expression", "after"),
    [
        pytest.param("_f(x) * 2", "(x + 2) * 2", id="parentheses"),
        pytest.param("_f(x) + _f(1, b=x)", "x + 2 + (1 + x)", id="twice in one line"),
        pytest.param("_f(x * 2)", "(x * 2) + 2", id="an expression"),
        pytest.param("_f(read())", "read() + 2", id="one call"),
    ],
)
def test_a_call_becomes_what_the_function_returns(expression: str, after: str) -> None:
    assert _inlined(expression) == after


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        pytest.param("_f(read(), read())", "arguments", id="two calls may change their order"),
        pytest.param("_f(*x)", "arguments", id="nobody knows how many"),
        pytest.param("_f(_f(x))", "inside another", id="one in the other"),
        pytest.param("map(_f, x)", "without being called", id="handed about"),
    ],
)
def test_a_call_that_would_mean_something_else_stays(expression: str, part: str) -> None:
    with pytest.raises(Unfit, match=part):
        _inlined(expression)


def test_a_name_that_means_something_else_at_the_call_is_seen() -> None:
    text = "RATE = 2\n\n\ndef _f(a):\n    return a * RATE\n\n\ndef g(RATE):\n    return _f(1)\n"
    with pytest.raises(Unfit, match="`RATE` means something else there"):
        without_function({"m.py": text}, "m.py", "_f", {"m.py": [text.rindex("_f")]})
