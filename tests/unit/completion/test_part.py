"""A document that is broken elsewhere: what can tell is used, what can't is not asked again."""

from __future__ import annotations

import argparse
import configparser
import inspect
import random
import smtplib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gearshift.completion.begun import NOTHING_BEGUN, begun
from gearshift.completion.engine import offer
from gearshift.completion.hole import Hole
from gearshift.completion.indentation import leading
from gearshift.completion.joined import Joined
from gearshift.completion.names import new_undefined
from gearshift.completion.part import Part, alone, is_told_alone
from gearshift.completion.screen import TOO_LONG
from gearshift.core.document import Snapshot
from gearshift.core.text import Position
from gearshift.languages import tree
from gearshift.languages.excerpt import EXCERPT_LINES
from gearshift.languages.python import first_fault

if TYPE_CHECKING:
    from types import ModuleType

NAMES = "".join(f"    name_{n},\n" for n in range(60))
STEPS = "".join(f"    step_{n} = {n}\n" for n in range(12))


def at(marked: str, name: str = "a") -> Hole:
    before, _, after = marked.partition("|")
    lines = before.split("\n")
    snapshot = Snapshot.from_text(before + after, language="python")
    place = Position(len(lines) - 1, len(lines[-1]))
    return Hole.at(Snapshot(f"file:///{name}.py", None, "python", 0, snapshot.lines), place)


def whole(hole: Hole) -> Part:
    return Part(hole, hole.around.text_above, hole.around.text_below)


@pytest.mark.parametrize(
    ("marked", "is_broken"),
    [
        pytest.param("a = 1\nb = |\n", False, id="only the line itself"),
        pytest.param("a = = 1\nb = |\n", True, id="above"),
        pytest.param("b = |\na = 1\nc = = 1\n", True, id="further below"),
        pytest.param("if |\n    a = 1\n", False, id="a header is missing"),
        pytest.param("if |\n\n    # Why.\n    a = 1\n", False, id="and notes stand between"),
        pytest.param("a = [\n    |\n", False, id="in a bracket that may be closed yet"),
        pytest.param("def f() -> tuple[\n    |int,\n]:\n    pass\n", False, id="in a bracket"),
        pytest.param("a = f(|b,\n      c,\n      d)\n", False, id="lines below belong to it"),
        pytest.param("f(\nreturn 1\nb = |\n", True, id="below one that nothing closes"),
        pytest.param('a = """\n|\n', False, id="in a long string"),
        pytest.param("a = 'a\nb = |\n", True, id="below a string without its end"),
    ],
)
def test_what_the_cursors_line_can_mend_is_not_broken_elsewhere(
    marked: str, is_broken: bool
) -> None:
    hole = at(marked)
    assert whole(hole).is_lost is is_broken


@pytest.mark.parametrize("module", [argparse, configparser, smtplib])
def test_in_a_file_that_parses_no_line_is_broken_elsewhere(module: ModuleType) -> None:
    """Whatever stands on the line: with what stands there the parser takes all of it."""
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    snapshot = Snapshot.from_text(text, language="python")
    wrong: list[str] = []
    for line in random.Random(5).sample(range(len(snapshot.lines)), 60):
        hole = Hole.at(snapshot, Position(line, 0))
        part = Part(hole, "".join(snapshot.lines[:line]), "".join(snapshot.lines[line + 1 :]))
        wrong += [f"{line + 1}: {hole.tail}"] if part.is_lost else []

    assert not wrong


def test_a_line_that_is_being_written_is_all_that_is_wrong() -> None:
    assert whole(at("a = 1\nb = (|\nc = 2\n")).is_sound_but_for_line
    assert not whole(at("a = = 1\n|\n")).is_sound_but_for_line


@pytest.mark.parametrize(
    ("marked", "text", "is_whole"),
    [
        pytest.param("def f():\n    a|\n", " = [\n1]", True, id="a statement of two lines"),
        pytest.param("def f():\n    |\n", "if a:\n        b\n    c", True, id="two statements"),
        pytest.param("|b()\n", "a = ", True, id="with what follows the cursor"),
        pytest.param("def f():\n    a|\n", " = [", False, id="a bracket stays open"),
        pytest.param("def f():\n    |\n", "if a:", False, id="a header"),
        pytest.param("def f():\n    |\n", "@a", False, id="a decorator"),
        pytest.param("def f():\n    |\n", "# Why.", False, id="no statement"),
        pytest.param("def f():\n    |\n", "# Why.\n  a", False, id="after a note, a level less"),
        pytest.param("def f():\n    |\n", "\n        a", False, id="on a deeper line"),
        pytest.param("def f():\n|\n    b\n", "        a", False, id="deeper than the cursor"),
        pytest.param("def f():\n|    b\n", "a = ", False, id="in the line's white space"),
        pytest.param("def f():\n    |\n", "from a import *", False, id="for no function"),
        pytest.param('a = """\n|\n"""\n', "a", False, id="in a string"),
        pytest.param("if a: \\\n|\nb\n", "if b: c", False, id="on what goes on"),
        pytest.param("if a: \\\n|\nb\n", "while b:\n    c", False, id="the same, in lines"),
    ],
)
def test_what_ends_with_its_line_is_a_whole_statement(
    marked: str, text: str, is_whole: bool
) -> None:
    hole = at(marked)
    assert (is_told_alone(text, hole) and alone(hole).parses(text)) is is_whole


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        pytest.param("if a:\n    b\n|\n", "else:\n    c", id="goes on with one above"),
        pytest.param("|\ndef f(): pass\n", "a\n@own", id="belongs to one below"),
        pytest.param("a = b + |\nc\n", "\\", id="so does this"),
        pytest.param("class A:\n    a = |\n", "[(b := c) for c in d]", id="by its scope"),
        pytest.param("@own|\ndef f(): pass\n", "\n    a", id="it belongs to one below already"),
        pytest.param("if a:\n    b\n|else:\n    c\n", "d\n", id="or to one above"),
    ],
)
def test_what_more_than_its_line_tells_of_is_not_told_alone(marked: str, text: str) -> None:
    assert not is_told_alone(text, at(marked))


@pytest.mark.parametrize("module", [argparse, configparser, smtplib])
def test_a_line_alone_tells_what_the_whole_document_would(module: ModuleType) -> None:
    """Whatever is put in, cut anywhere, and however it is indented."""
    rng = random.Random(8)
    lines = Snapshot.from_text(inspect.getsource(module), language="python").lines
    wrong: list[str] = []
    told = {True: 0, False: 0}
    for number in rng.sample(range(len(lines)), 300):
        column = leading(lines[number]) or rng.choice(["", "    "])
        above, below = "".join([*lines[:number], column]), "".join(["\n", *lines[number:]])
        first = rng.randrange(len(lines))
        taken = "".join(lines[first : first + rng.randint(1, 4)])[: rng.randint(20, 300)]
        said = taken.rstrip("\n")[rng.choice([0, len(leading(taken))]) :]
        hole = Hole.at(
            Snapshot.from_text(above + below, language="python"), Position(number, len(column))
        )
        rest = filter(str.strip, said.split("\n")[1:])
        stays = all(len(leading(line)) >= len(column) for line in rest)
        if stays and whole(hole).is_sound_but_for_line and is_told_alone(said, hole):
            is_right = Joined(hole).errors(said) == 0
            told[is_right] += 1
            fault = first_fault(above + said + below)
            wrong += [f"{number}: {said!r} gave {fault}"] if is_right is not (fault is None) else []

    assert not wrong
    assert min(told.values()) >= 3


def test_what_is_told_alone_is_not_parsed_with_what_is_around(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined = Joined(at(f"def f():\n{STEPS}    a|\n{STEPS}"))
    monkeypatch.delattr(Part, "parses")

    assert joined.errors(" = step_3") == 0
    assert joined.errors(" = = step_3") > 0
    assert joined.is_worse(" = = step_3")


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        pytest.param("@own|\ndef f():\n    pass\n", "\n    a = 1", id="behind a decorator"),
        pytest.param("@|own\ndef f():\n    pass\n", "def g():", id="within one"),
        pytest.param("def f():\n    a\n|    raise b\n", "class A(", id="in white space"),
        pytest.param(f"from a import (\n{NAMES}    b,|\n{NAMES})\n", '\n    "c",', id="in names"),
    ],
)
def test_what_breaks_a_sound_file_is_worse(marked: str, text: str) -> None:
    assert Joined(at(marked)).is_worse(text)


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        pytest.param("step_3 + 1", True, id="fits"),
        pytest.param("(step_3 + 1", False, id="a bracket stays open"),
        pytest.param("step_3 step_4", False, id="no expression"),
    ],
)
def test_next_to_broken_lines_those_next_to_the_cursor_tell(text: str, is_right: bool) -> None:
    broken = f"def f():\n    a = = 1\n{STEPS}    b = |\n{STEPS}    c = = 1\n"
    joined = Joined(at(broken))

    assert (joined.errors(text) == 0) is is_right


def test_what_is_cut_off_where_everything_in_sight_is_broken_can_not_be_told() -> None:
    steps = STEPS * (EXCERPT_LINES // 6)
    hole = at(f"def f():\n{steps}    a = = 1\n    b = |\n    c = = 1\n{steps}")
    joined = Joined(hole)

    assert joined.is_out_of_sight
    assert joined.errors("step_3") >= joined.errors_before > 0
    assert joined.n_read == 0  # and nothing is parsed to find that out
    assert offer("step_3", hole, hole.head) is TOO_LONG


def test_a_part_that_is_lost_is_not_parsed_again() -> None:
    part = whole(at("a = = 1\nb = |\n"))

    assert part.parses("1") is False
    assert part.n_read == 0


def test_names_in_broken_text_are_told_from_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Hole, "tree_with")  # which takes milliseconds there
    hole = at(f"import os\n\n\ndef f(path):\n    a = = (\n{STEPS}    |\n{STEPS}    for = 1\n")

    assert new_undefined("b = path + step_3 + os.sep", hole) == ()
    assert new_undefined("b = nowhere + step_3", hole) == ("nowhere",)


def test_what_is_typed_is_looked_for_in_words_before_anything_is_parsed() -> None:
    hole = at("def f(a):\n    r|\n    return a + product\n", "unparsed")

    assert begun(hole) == NOTHING_BEGUN
    assert not [uri for uri, _ in tree._trees if "unparsed" in uri]


@pytest.mark.parametrize(
    ("text", "line", "is_open"),
    [
        pytest.param("a = 1\nb = = 1\n", 1, False, id="a wrong line"),
        pytest.param("a = 1\nb = (\nc = 1\n", 1, True, id="a bracket"),
        pytest.param('a = 1\nb = """\nc = 1\n', 1, True, id="a long string"),
        pytest.param("if a:\nb = 1\n", 1, False, id="a body is missing"),
    ],
)
def test_where_the_parser_stops(text: str, line: int, is_open: bool) -> None:
    fault = first_fault(text)
    assert fault is not None
    assert (fault.line, fault.is_open) == (line, is_open)


def test_what_the_parser_takes_has_no_fault() -> None:
    assert first_fault("def f():\n    nonlocal a\n") is None
