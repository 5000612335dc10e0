"""Where a reply is cut, whatever the pieces it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.completion.hole import Hole
from gearshift.completion.stop import Stop
from gearshift.core.document import Snapshot
from gearshift.core.text import position_at


def hole_in(source: str, language: str = "python", *, is_suffix_seen: bool = False) -> Hole:
    snapshot = Snapshot.from_text(source.replace("<|>", ""), language=language)
    position = position_at(snapshot.lines, source.index("<|>"))
    return Hole.at(snapshot, position, is_suffix_seen=is_suffix_seen)


BODY = "def f(a):\n    <|>\n\n\ndef g():\n    pass\n"
LINE = "def f(a):\n    b = <|>\n    return compute(b)\n"


@pytest.mark.parametrize(
    ("source", "reply", "text", "reason"),
    [
        pytest.param(BODY, "x = 1\n    y\nz", "x = 1\n    y\nz", None, id="unfinished line"),
        pytest.param(BODY, "x\n    y\nz\n", "x\n    y", "dedent", id="dedent"),
        pytest.param(BODY, "x\n```\n", "x", "fence", id="fence"),
        pytest.param(BODY, "```python\nx\n```\n", "x", "fence", id="fence around"),
        pytest.param(BODY, "x\n\n\n    y\n", "x", "two blank lines", id="two blank lines"),
        pytest.param(BODY, "\n    x\n", "    x\n", None, id="blank first line"),
        pytest.param(BODY, "x<|endoftext|>y", "x", "special token", id="special token"),
        pytest.param(BODY, "x\n    x\n    x\n", "x", "equal lines", id="equal lines"),
        pytest.param(BODY, "x\n    def g():\n", "x", "text after the cursor", id="echo"),
        pytest.param(LINE, "a\n    c\n", "a", "end of line", id="line"),
        pytest.param(
            LINE, "f(\n        a,\n    )\n", "f(\n        a,\n    )", "end of line", id="("
        ),
        pytest.param(
            LINE, "a \\\n        + 1\n", "a \\\n        + 1", "end of line", id="backslash"
        ),
        pytest.param("for x in<|>\ny\n", " a:\n  b\nc\n", " a:\n  b", "dedent", id="header"),
    ],
)
def test_a_reply_ends_by_the_first_rule_that_holds(
    source: str, reply: str, text: str, reason: str | None
) -> None:
    stop = Stop(hole_in(source), hole_in(source).head)
    stop.feed(reply)
    assert (stop.text, stop.reason) == (text, reason)


def test_a_closer_on_a_lower_line_stays_for_the_parser_to_judge() -> None:
    stop = Stop(hole_in("func f() {\n\t<|>\n", "go"), "\t")
    assert stop.feed("x()\n}\n\nfunc g() {\n")
    assert stop.text == "x()\n}"


def test_an_unfinished_fence_holds_no_text() -> None:
    stop = Stop(hole_in(BODY), "")
    stop.feed("```pyth")
    assert stop.text == ""
    stop.feed("on\nx = 1")
    assert stop.text == "x = 1"


def test_the_end_judges_the_last_line_too() -> None:
    stop = Stop(hole_in(LINE), "    b = ")
    stop.feed("a\n")
    assert stop.end() == "a"
    stop = Stop(hole_in(BODY), "    ")
    stop.feed("x\n```")
    assert stop.end() == "x"


@given(st.lists(st.integers(min_value=1, max_value=9), max_size=30))
def test_pieces_of_any_size_give_the_same_text(sizes: list[int]) -> None:
    reply = "for x in a:\n        print(x)\n\n    return a\n\n\nprint(f(1))\n```\n"
    whole = Stop(hole_in(BODY), "    ")
    whole.feed(reply)
    stop = Stop(hole_in(BODY), "    ")
    start = 0
    for size in [*sizes, len(reply)]:
        if stop.feed(reply[start : start + size]):
            break
        start += size
    assert stop.text == whole.text
