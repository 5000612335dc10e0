"""Where the parser stops in a line that is not finished yet: whether a text fits so far."""

from __future__ import annotations

import argparse
import configparser
import inspect
import random
import smtplib
from typing import TYPE_CHECKING

import pytest

from gearshift.completion.hole import Hole
from gearshift.completion.joined import Joined
from gearshift.completion.part import alone
from gearshift.completion.stopped import Side, stopped
from gearshift.core.document import Snapshot
from gearshift.core.text import Position
from gearshift.languages import gap
from gearshift.languages.python import PYTHON
from gearshift.languages.syntax import Gap

if TYPE_CHECKING:
    from types import ModuleType

HEAD = "if 1:\n    "
BELOW = "\n    pass\n"


@pytest.mark.parametrize(
    ("head", "text", "side"),
    [
        pytest.param("x = ", "a +", "behind", id="an operand is missing"),
        pytest.param("for x ", "in", "behind", id="and the rest of a header"),
        pytest.param("tr", "y", "behind", id="a word that was begun"),
        pytest.param("x = 1 if ", "y > 3", "behind", id="else is missing"),
        pytest.param("foo(", "a, b[c", "behind", id="brackets stay open"),
        pytest.param("f(a=1, ", "b", "behind", id="a name that may be an argument's"),
        pytest.param("x = {", "'a':", "behind", id="a value is missing"),
        pytest.param("x = {'a': 1, ", "'b'", "behind", id="so is a key's"),
        pytest.param("f(", "a=", "behind", id="and an argument's"),
        pytest.param("x = [i ", "for i in", "behind", id="a comprehension is not finished"),
        pytest.param("x = 'ab", "c d", "behind", id="a string goes on"),
        pytest.param("debug('a", "b', self.name", "behind", id="a string ends"),
        pytest.param("x = ", "'abc", "behind", id="a string begins"),
        pytest.param("from a ", "im", "behind", id="a keyword is begun"),
        pytest.param("x = a if b ", "el", "behind", id="another"),
        pytest.param("x = ", "def", "behind", id="a keyword that may be a name yet"),
        pytest.param("if a ", "=", "behind", id="a sign that may be another yet"),
        pytest.param("x = ", "0x", "behind", id="a number is begun"),
        pytest.param("x = a if b ", "is ", "behind", id="an operand of a condition is missing"),
        pytest.param("x = f(a, ", "b[", "behind", id="and one within brackets"),
        pytest.param("def f(a=1, ", "b", "behind", id="a default"),
        pytest.param("x = 3", " 4", "within", id="no operator"),
        pytest.param("foo(a", " b", "within", id="nor in brackets"),
        pytest.param("foo(x", "]", "within", id="another bracket"),
        pytest.param("ke", "y]in", "within", id="a bracket that nothing opens"),
        pytest.param("print", " x", "within", id="as in Python 2"),
        pytest.param("x = a", "\\b", "within", id="what Python calls unexpected"),
        pytest.param("if x", " = ", "within", id="an assignment in a condition"),
        pytest.param("debug('a", "b', self.name x", "within", id="behind a string that ends"),
        pytest.param("x = [i ", "for i in y z", "within", id="in a comprehension"),
        pytest.param("x = ", "'''abc", "within", id="a long string swallows what follows"),
        pytest.param("x = a ? ", "b", "before", id="what stands there is wrong already"),
    ],
)
def test_which_side_the_parser_stops_on(head: str, text: str, side: Side) -> None:
    assert stopped(Gap(PYTHON, HEAD + head, BELOW), text) == side


@pytest.mark.parametrize("module", [argparse, configparser, smtplib])
def test_what_is_really_written_next_is_not_within(module: ModuleType) -> None:
    """Lines that parse, cut twice: what stands between the cuts is said so far of the rest."""
    rng = random.Random(7)
    wrong: list[str] = []
    n_behind = 0
    for line in map(str.strip, inspect.getsource(module).split("\n")):
        if not line or '"""' in line or not Gap(PYTHON, HEAD, BELOW).parses(line):
            continue
        cut = rng.randrange(len(line))
        text = line[cut : rng.randrange(cut, len(line)) + 1]
        gap = Gap(PYTHON, HEAD + line[:cut], BELOW)
        if not gap.parses(text):
            side = stopped(gap, text)
            n_behind += side == "behind"
            wrong += [f"{line[:cut]} | {text}"] if side == "within" else []

    assert not wrong
    assert n_behind > 100


def test_of_several_lines_it_is_not_told() -> None:
    assert stopped(Gap(PYTHON, f"{HEAD}foo(", BELOW), "\n    a b") is None


def test_what_stands_behind_the_cursor_is_not_the_texts_fault() -> None:
    assert stopped(Gap(PYTHON, f"{HEAD}x = ", f" ?{BELOW}"), "foo(a)") == "behind"
    assert stopped(Gap(PYTHON, f"{HEAD}x = ", f" ?{BELOW}"), "foo(a") == "behind"


def unfinished(line: str) -> Hole:
    text = f"def f(a, b):\n    {line}\n    return a\n"
    snapshot = Snapshot.from_text(text, language="python")
    return Hole.at(snapshot, Position(1, len(f"    {line}")))


@pytest.mark.parametrize(
    ("line", "text", "is_worse"),
    [
        pytest.param("x = foo(", "a, b[0", False, id="as unfinished as before"),
        pytest.param("x = foo(", "a b", True, id="wrong in itself"),
        pytest.param("x = foo(a)", "[", True, id="unfinished where the line was whole"),
        pytest.param("if ", "a:", False, id="a header"),
        pytest.param("if ", "a b:", True, id="a wrong one"),
    ],
)
def test_a_line_that_is_being_written_may_stay_unfinished(
    monkeypatch: pytest.MonkeyPatch, line: str, text: str, is_worse: bool
) -> None:
    monkeypatch.delattr(gap, "reparse")  # no grammar counts errors for it
    assert Joined(unfinished(line)).is_worse(text) is is_worse


def test_a_line_that_is_wrong_already_is_judged_by_what_a_text_adds() -> None:
    joined = Joined(unfinished("x = a ? "))
    assert not joined.is_worse("b")
    assert joined.is_worse("b) + ) c")


def test_a_header_that_is_being_written_has_no_error() -> None:
    assert Joined(unfinished("while ")).errors("a:") == 0
    assert alone(unfinished("while ")).parses("a:") is False
