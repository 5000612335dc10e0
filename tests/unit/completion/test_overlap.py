"""What a reply repeats of the text around the cursor."""

from __future__ import annotations

import pytest

from gearshift.completion.hole import Hole
from gearshift.completion.overlap import trim_head, trim_tail
from gearshift.core.document import Snapshot
from gearshift.core.text import position_at


def hole_in(source: str) -> Hole:
    snapshot = Snapshot.from_text(source.replace("<|>", ""), language="python")
    return Hole.at(snapshot, position_at(snapshot.lines, source.index("<|>")))


@pytest.mark.parametrize(
    ("source", "text", "left"),
    [
        pytest.param("def f(a):\n    x = <|>\n", "x = a + 1", "a + 1", id="the line's beginning"),
        pytest.param("def f(a):\n    x = <|>\n", " a + 1", "a + 1", id="white space"),
        pytest.param("def f(a):\n    <|>\n", "def f(a):\n    b", "    b", id="the line above"),
        pytest.param(
            "def f(a):\n    b = 1\n    c = <|>\n",
            "def f(a):\n    b = 1\n    c = 2",
            "2",
            id="all lines above",
        ),
        pytest.param("def f(a):\n    print(<|>)\n", " a", "a", id="space after a bracket"),
        pytest.param("def f(a):\n    x = <|>\n", "a + x", "a + x", id="nothing"),
    ],
)
def test_the_text_before_the_cursor_is_taken_off(source: str, text: str, left: str) -> None:
    assert trim_head(text, hole_in(source)) == left


@pytest.mark.parametrize(
    ("source", "text", "left"),
    [
        pytest.param("print(<|>)\n", "a)", "a", id="a closer"),
        pytest.param("print(<|>)\n", "len(a)", "len(a)", id="a closer of its own"),
        pytest.param("print(<|>)\n", "a ", "a", id="white space before a closer"),
        pytest.param('print("<|>")\n', 'a")', "a", id="a quote and a closer"),
        pytest.param("x = <|>\ny = 2\nz = 3\n", "1\ny = 2\nz = 3", "1", id="lines below"),
        pytest.param("x = <|> + total\n", "1 + total", "1", id="words of the same line"),
        pytest.param("x = [<|>\n]\n", "\n    1,\n]", "\n    1,", id="a closer on the next line"),
    ],
)
def test_the_text_after_the_cursor_is_taken_off(source: str, text: str, left: str) -> None:
    assert trim_tail(text, hole_in(source)) == left
