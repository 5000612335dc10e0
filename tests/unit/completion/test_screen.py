"""What is not worth showing."""

from __future__ import annotations

import pytest

from gearshift.completion.hole import Hole
from gearshift.completion.joined import Joined
from gearshift.completion.screen import reason_to_withhold
from gearshift.core.document import Snapshot
from gearshift.core.text import position_at

SOURCE = "def f(a):\n    total = 0\n    <|>\n    return total\n"


def reason(text: str, source: str = SOURCE) -> str | None:
    snapshot = Snapshot.from_text(source.replace("<|>", ""), language="python")
    hole = Hole.at(snapshot, position_at(snapshot.lines, source.index("<|>")))
    skip = reason_to_withhold(text, hole, Joined(hole))
    return skip.reason if skip else None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("  \n ", "nothing to add", id="blank"),
        pytest.param("return total", "next line", id="the next line"),
        pytest.param("total = 0", "line above", id="the line above"),
        pytest.param("total = a" + " + a" * 40, "repeated itself", id="a loop"),
        pytest.param("total = = 1", "break the syntax", id="no syntax"),
        pytest.param("total = 1\n      x = 2", "break the syntax", id="wrong indentation"),
        pytest.param("total = 1\nreturn 2", "break the syntax", id="leaving the block"),
        pytest.param("if a:", "break the syntax", id="a header without a body"),
    ],
)
def test_a_text_is_withheld_with_its_reason(text: str, words: str) -> None:
    assert words in (reason(text) or "")


def test_a_text_that_fits_is_shown() -> None:
    assert reason("total += a") is None
    assert reason("for x in a:\n        total += x") is None


def test_a_line_that_does_not_parse_yet_may_become_a_header() -> None:
    assert reason(" a > total:", "def f(a):\n    total = 0\n    if<|>\n    return total\n") is None


def test_a_closer_after_the_cursor_must_keep_its_partner() -> None:
    snapshot = Snapshot.from_text("g(1)\nf()\n", language="plaintext")
    hole = Hole.at(snapshot, position_at(snapshot.lines, 7))
    assert reason_to_withhold("a, {", hole, Joined(hole)) is not None
    assert reason_to_withhold("a, {}", hole, Joined(hole)) is None


def test_a_string_may_not_end_where_another_begins() -> None:
    notes = "note = 1\n" * 40
    source = f'a = 1\n\n\n<|>b = """\n{notes}It is over.\n"""\n'
    assert (
        reason('c = """\nnote', source) == "The model's text would break the syntax of this file."
    )


def test_the_end_of_a_string_is_no_header() -> None:
    source = (
        'def f(a):\n    if a:\n        g("""\nb\n""")\n        g(<|>1)\n        g("""\nb\n""")\n'
    )
    assert reason("((a", source) == "The model's text would break the syntax of this file."
