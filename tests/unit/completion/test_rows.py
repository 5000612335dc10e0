"""In a table whose beginning and end are out of sight, only what is a row of it is offered."""

from __future__ import annotations

import pytest

from gearshift.completion.engine import offer
from gearshift.completion.hole import Hole
from gearshift.completion.joined import WHOLE_CHARACTERS
from gearshift.completion.rows import rows_around
from gearshift.core.document import Snapshot
from gearshift.core.suggestions import Skip, Suggestion
from gearshift.core.text import Position
from gearshift.languages.python import PYTHON

TABLES = {
    "a dictionary": ("TABLE = {", "    'key': 'a value that takes its room',", "}"),
    "a list": ("TABLE = f([", "    ('key', 1, 'a value that takes its room'),", "])"),
    "a tuple of words": ("TABLE = (", "    'a word that takes its room in the line',", ")"),
    "nested": (
        "TABLE = {",
        "    'key': {\n        'a': [1, 2, 3],\n        'b': None,\n    },",
        "}",
    ),
    "imports": ("from a import (", "    a_name_that_takes_its_room_in_the_line,", ")"),
    "joined strings": ("TEXT = (", "    'a part that takes its room in the line '", ")"),
}
TOO_LONG = "What the cursor stands in is too long to check what fits there."
BREAKS = "The model's text would break the syntax of this file."


def offered(table: str, reply: str, row: str = "") -> Suggestion | Skip:
    first, each, last = TABLES[table]
    n_rows = 2 * WHOLE_CHARACTERS // len(each)
    above = [first, *[*each.split("\n")] * (n_rows // 2)]
    lines = [*above, row, *[*each.split("\n")] * (n_rows // 2), last, ""]
    snapshot = Snapshot.from_text("\n".join(lines), language="python")
    return offer(reply, Hole.at(snapshot, Position(len(above), len(row))), "")


@pytest.mark.parametrize(
    ("table", "reply"),
    [
        pytest.param("a dictionary", "    'more': 'b',", id="a key and its value"),
        pytest.param("a dictionary", "    'more': str(\n        1\n    ),", id="over three lines"),
        pytest.param("a list", "    ('more', 2, 'b'),", id="an item"),
        pytest.param("a tuple of words", "    'more',", id="a word"),
        pytest.param("nested", "    'more': {'a': []},", id="a table in the table"),
    ],
)
def test_a_row_like_the_others_is_offered(table: str, reply: str) -> None:
    result = offered(table, reply)
    assert isinstance(result, Suggestion)
    assert result.text == reply


@pytest.mark.parametrize(
    ("table", "reply", "reason"),
    [
        pytest.param("a dictionary", "    if True:", BREAKS, id="a statement"),
        pytest.param("a dictionary", "    'more': 'b'", BREAKS, id="no comma"),
        pytest.param("a dictionary", "    'more',", BREAKS, id="no value"),
        pytest.param("a dictionary", "    }; print({", BREAKS, id="its end"),
        pytest.param("a list", "    x = 1", BREAKS, id="an assignment in a list"),
        pytest.param("a tuple of words", "    x = 1", BREAKS, id="an assignment in a tuple"),
        pytest.param("imports", "    1,", TOO_LONG, id="where rows do not tell what they are"),
        pytest.param("joined strings", "    'more',", TOO_LONG, id="where rows have no end"),
    ],
)
def test_what_is_no_row_is_withheld(table: str, reply: str, reason: str) -> None:
    assert offered(table, reply) == Skip(reason)


def test_among_the_first_rows_what_follows_is_out_of_sight() -> None:
    rows = "    'key': 'a value that takes its room',\n" * 2_000
    text = f"import os\n\nTABLE = {{\n    \n{rows}}}\n"
    hole = Hole.at(Snapshot.from_text(text, language="python"), Position(3, 4))
    assert isinstance(offer("'more': 'b',", hole, ""), Suggestion)
    assert offer("if True:", hole, "") == Skip(BREAKS)


def test_a_row_is_completed_within_its_line() -> None:
    result = offered("a dictionary", "'b',", row="    'more': ")
    assert isinstance(result, Suggestion)
    assert result.text == "'b',"


def test_in_a_string_that_ends_out_of_sight_nothing_ends_it() -> None:
    prose = "    61: t            TUPLE      (MARK at 37)\n"
    text = f'def f():\n    pass\n\n\nNOTES = """\n{prose * 2_000}"""\n'
    hole = Hole.at(Snapshot.from_text(text, language="python"), Position(14, 4))
    assert offer('75: q    """    BINPUT     8\n   ', hole, "") == Skip(TOO_LONG)


def test_where_a_string_is_cut_nothing_ends_it() -> None:
    prose = "$(note) := made of\nkept = $(note)\n" * 2_000
    text = f'def f():\n    pass\n\n\nNOTES = """\\\n{prose}"""\n'
    hole = Hole.at(Snapshot.from_text(text, language="python"), Position(4, 0))
    assert isinstance(offer('NOTES = """\\\n$(note)', hole, ""), Skip)


def test_a_statement_below_the_end_of_the_excerpt_is_not_cut_off() -> None:
    body = "        x = [1, 2, 3]\n" * 400
    text = f"class A:\n    def f(self):\n        pass\n\n    def g(self):\n{body}"
    hole = Hole.at(Snapshot.from_text(text, language="python"), Position(3, 0))
    result = offer("b = 1", hole, "")
    assert isinstance(result, Suggestion)
    assert result.text.startswith("    ")


def test_brackets_are_seen_below_a_string_that_begins_farther_up() -> None:
    lines = ['"""\n', *["Prose.\n"] * 12, '"""\n', "f(\n", "    1,\n", "    \n", "    2,\n", ")\n"]
    rows = rows_around(PYTHON, "", lines, 16)
    assert rows is not None
    assert rows.before == "(    1,\n"
    assert rows.after == "    2,\n)"
