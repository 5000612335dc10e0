"""The gate for undefined names over real code: what stood there is never held back."""

from __future__ import annotations

import ast
import random
import sysconfig
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gearshift.completion.certain import first_undefined, read_for_certain
from gearshift.completion.hole import Hole
from gearshift.completion.names import new_undefined
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, split_lines
from gearshift.languages.bound_lines import can_bind_unseen

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
FILES = sorted(LIBRARY.glob("[a-z]*.py"))
MOST_LINES = 1_500


def sources() -> Iterator[tuple[Path, list[str], ast.Module]]:
    """Yield modules of the standard library, in an order that is always the same."""
    for path in random.Random(4).sample(FILES, len(FILES)):
        text = path.read_text(encoding="utf-8", errors="replace")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        if text.count("\n") <= MOST_LINES and not can_bind_unseen(text):
            yield path, split_lines(text), tree


def at(lines: list[str], line: int, column: int) -> Hole:
    """The hole that is left when a line is cut off at `column`."""
    cut = (*lines[:line], lines[line][:column] + "\n", *lines[line + 1 :])
    return Hole.at(Snapshot(f"file:///{line}.py", None, "python", 0, cut), Position(line, column))


def test_lines_of_real_code_are_not_held_back() -> None:
    drawn, n_lines = random.Random(7), 0
    alarms: list[str] = []
    for path, lines, tree in sources():
        held = {node.lineno - 1 for node in ast.walk(tree) if isinstance(node, ast.stmt)}
        for line in drawn.sample(sorted(held), min(8, len(held))):
            body = lines[line].rstrip("\n")
            indent = len(body) - len(body.lstrip())
            n_lines += 1
            names = new_undefined(body[indent:], at(lines, line, indent))
            alarms += [f"{path.name}:{line + 1}: {name}" for name in names]
        if n_lines > 500:
            break

    assert not alarms


def test_misspelt_names_in_real_code_are_found() -> None:
    drawn, n_names = random.Random(9), 0
    missed: list[str] = []
    for path, lines, tree in sources():
        read = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
            and isinstance(node.ctx, ast.Load)
            and lines[node.lineno - 1].isascii()
        ]
        for node in drawn.sample(read, min(6, len(read))):
            body = lines[node.lineno - 1].rstrip("\n")
            indent = len(body) - len(body.lstrip())
            wrong = (
                f"{body[indent : node.col_offset]}{node.id}_misspelt{body[node.end_col_offset :]}"
            )
            n_names += 1
            if not new_undefined(wrong, at(lines, node.lineno - 1, indent)):
                missed.append(f"{path.name}:{node.lineno}: {wrong}")
        if n_names > 300:
            break

    assert len(missed) <= n_names // 100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("nowhere.go", "nowhere", id="attribute"),
        pytest.param("nowhere(", "nowhere", id="call"),
        pytest.param("nowhere and", None, id="the operator may go on as a name"),
        pytest.param("nowhere and ", "nowhere", id="operator"),
        pytest.param("nowhere == 1", "nowhere", id="comparison"),
        pytest.param("nowhere += 1", "nowhere", id="augmented assignment"),
        pytest.param("nowhere = 1", None, id="assignment"),
        pytest.param("nowhere, other = 1, 2", None, id="targets"),
        pytest.param("nowhere: int = 1", None, id="annotation"),
        pytest.param("nowh", None, id="not whole yet"),
        pytest.param("known.go", None, id="bound"),
        pytest.param("for nowhere in known", None, id="a keyword"),
        pytest.param("known and nowhere in ", "nowhere", id="a name further on"),
        pytest.param("known and nowhere", None, id="a name further on that may grow"),
        pytest.param("known and known.nowhere in ", None, id="an attribute further on"),
        pytest.param("known.other, nowhere = 1, 2", None, id="a target further on"),
        pytest.param("known and [nowhere for nowhere in ", None, id="a comprehension further on"),
        pytest.param("known or lambda nowhere: ", None, id="a parameter further on"),
        pytest.param("if known: nowhere = ", None, id="a target behind a header"),
        pytest.param("if known and nowhere:", None, id="it may be a walrus"),
        pytest.param("if known and nowhere > ", "nowhere", id="a condition"),
        pytest.param("known < 0 if nowhere else 1", "nowhere", id="a condition further on"),
        pytest.param("[nowhere.go for nowhere in known]", None, id="a comprehension"),
        pytest.param("len(known)", None, id="built in"),
    ],
)
def test_the_first_name_of_a_statement_is_judged_at_once(text: str, expected: str | None) -> None:
    lines = ["def work(known):\n", "    \n", "    return known\n"]
    hole = at(lines, 1, 4)
    assert first_undefined(read_for_certain(text, hole), text, hole) == expected


@pytest.mark.parametrize(
    ("head", "text", "expected"),
    [
        pytest.param("self.a", " = nowhere(", "nowhere", id="a call that is assigned"),
        pytest.param("sel", "f.a = nowhere(", "nowhere", id="within the target"),
        pytest.param("self.a =", " nowhere.go", "nowhere", id="what is looked into"),
        pytest.param("self.a", ": nowhere | None", "nowhere", id="an annotation"),
        pytest.param("self.a", ": nowhere = 1", "nowhere", id="an annotation with a value"),
        pytest.param("a = ", "nowhere = 1", None, id="a second target"),
        pytest.param("a, ", "nowhere = 1, 2", None, id="one of two targets"),
        pytest.param("return ", "nowhere + 1", "nowhere", id="returned"),
        pytest.param("nowhere.", "go(", None, id="typed by the user"),
        pytest.param("for x", ", nowhere in known", None, id="the variable of a loop"),
        pytest.param("with known as ", "nowhere, ", None, id="behind as"),
        pytest.param("known(", "nowhere.a for nowhere in ", None, id="within brackets"),
        pytest.param("import ", "nowhere.a", None, id="a module"),
        pytest.param("case ", "nowhere if known", None, id="a pattern"),
        pytest.param("print('", "nowhere.a", None, id="a string"),
    ],
)
def test_a_name_in_a_line_that_was_begun_is_judged_at_once(
    head: str, text: str, expected: str | None
) -> None:
    lines = ["def work(self, known):\n", f"    {head}\n", "    return known\n"]
    hole = at(lines, 1, 4 + len(head))
    assert first_undefined(read_for_certain(text, hole), text, hole) == expected


@pytest.mark.parametrize("text", ["x = a if else b", "if :", "for in b:", "while :\n    pass"])
def test_a_name_that_was_left_out_is_none(text: str) -> None:
    """The grammar puts one in, without a text: looking for that never ended."""
    assert new_undefined(text, at(["a = b = 1\n", "\n"], 1, 0)) == ()
