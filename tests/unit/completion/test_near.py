"""Checking a completion stays cheap: which part of a document is looked at."""

from __future__ import annotations

import pytest

from gearshift.completion.hole import Hole
from gearshift.completion.joined import Joined
from gearshift.completion.near import SCOPE_LINES, lines_near
from gearshift.core.document import Snapshot
from gearshift.core.text import Position
from gearshift.languages.excerpt import EXCERPT_CHARACTERS, EXCERPT_LINES, excerpt
from gearshift.languages.python import first_fault

LONG = "".join(f"    step_{n}()\n" for n in range(3 * SCOPE_LINES))
BODY = "    step()\n" * (SCOPE_LINES - 5)
METHODS = "".join(f"    def f{n}():\n" + "        step()\n" * 20 + "\n" for n in range(6))
ROWS = "    'a',\n" * 3 * SCOPE_LINES
DOC = '    """Say what it does.\n\n' + "    Prose goes on, line by line.\n" * 20 + '    """\n'


def parses(text: str) -> bool:
    return first_fault(text) is None


def near(marked: str) -> tuple[str, str] | None:
    before, _, after = marked.partition("|")
    lines = before.split("\n")
    snapshot = Snapshot.from_text(before + after, language="python")
    hole = Hole.at(snapshot, Position(len(lines) - 1, len(lines[-1])))
    found = lines_near(hole)
    return (found[0] + hole.head, hole.rest + found[1]) if found is not None else None


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param("def f():\n    a = 1\n    |\n    b = 2\n", id="a short block"),
        pytest.param(f"def f():\n{LONG}    |\n{LONG}", id="in the middle of a long block"),
        pytest.param(f"def f():\n{LONG}    |\n", id="at the end of a long block"),
        pytest.param(f"def f():\n{DOC}    |\n{LONG}", id="below a long docstring"),
        pytest.param(f"def f():\n{LONG}    if a:\n        |pass\n{LONG}", id="a block in it"),
        pytest.param(f"class A:\n    def f():\n        |pass\n\n{LONG}", id="a short method"),
        pytest.param(
            f"def f():\n{LONG}    if a:\n        b()\n    else:\n        |c()\n{LONG}",
            id="below an else in a long block",
        ),
        pytest.param(
            f"def f():\n{LONG}    try:\n        b()\n    except E:\n        c()\n    |c()\n{LONG}",
            id="behind an except in a long block",
        ),
        pytest.param("a = 1\n|\nb = 2\n", id="at the margin"),
        pytest.param(f"a = 1\n\n\n|@own\ndef f():\n{BODY}\n\nb = 2\n", id="before a decorator"),
        pytest.param(
            f"{LONG.replace('    ', '')}def f():\n{BODY}|\n\ndef g():\n{LONG}",
            id="below a function",
        ),
        pytest.param(f"class A:\n{METHODS}|\n{METHODS}", id="at the margin in a long class"),
        pytest.param(
            f"class A:\n{METHODS}    @own|\n{METHODS}",
            id="a decorator in a long class",
        ),
    ],
)
def test_the_part_is_small_and_parses_as_the_document_does(marked: str) -> None:
    part = near(marked)
    assert part is not None
    before, after = part
    assert parses(f"{before}pass{after}" if after[:1] == "\n" else before + after)
    assert (before + after).count("\n") <= 3 * SCOPE_LINES


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param(f"def f():\n{LONG}|\n\ndef g():\n{LONG}", id="below a long function"),
        pytest.param(f"rows = [\n{ROWS}    'b',|\n{ROWS}]\n", id="among the rows of a long list"),
        pytest.param(
            f"def f():\n{LONG}    if a:|\n" + "        deeper()\n" * 5 * SCOPE_LINES,
            id="no end of the statement in reach",
        ),
    ],
)
def test_where_no_part_can_tell_there_is_none(marked: str) -> None:
    assert near(marked) is None


def test_among_comments_a_statement_still_has_its_column() -> None:
    notes = "    # A note, and one more.\n" * SCOPE_LINES
    part = near(f"def f():\n{notes}    |\n{notes}{LONG}")
    assert part is not None
    before, after = part
    assert parses(f"{before}call(){after}")
    assert not parses(f"{before}    call(){after}")


@pytest.mark.parametrize("line", [0, 2])
def test_an_excerpt_leaves_lines_out_that_are_too_long(line: int) -> None:
    snapshot = Snapshot.from_text(
        f"x = 1\n{'1' * EXCERPT_CHARACTERS * 2}\ny = 2\n", language="python"
    )
    part = excerpt(snapshot, Position(line, 1))
    assert part.snapshot.lines[part.position.line] == snapshot.lines[line]
    assert sum(map(len, part.snapshot.lines)) <= EXCERPT_CHARACTERS


@pytest.mark.parametrize("between", ["", "# Why.\n", "\n@own\n"])
def test_a_decorator_that_is_being_written_is_not_cut_off_what_it_belongs_to(between: str) -> None:
    body = "    step = 1\n" * EXCERPT_LINES
    text = f"def f():\n{body}\n\n@final\n{between}class A:\n{body}"
    snapshot = Snapshot.from_text(text, language="python")
    hole = Hole.at(snapshot, Position(snapshot.lines.index("@final\n"), 0))

    assert "class A:\n" in hole.around.lines
    assert Joined(hole).errors_before == 0
    assert Joined(hole).errors("path: Path, parent: str")


@pytest.mark.parametrize("between", ["", "# Why.\n", "\n@own\n"])
def test_a_part_holds_what_the_decorator_belongs_to_as_well(between: str) -> None:
    part = near(f"a = 1\n\n\n|@final\n{between}class A:\n{BODY}\n\nb = 2\n")

    assert part is not None
    assert parses("".join(part))
