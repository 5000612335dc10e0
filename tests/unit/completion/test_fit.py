"""What of a reply is kept, wherever in a long file it belongs."""

from __future__ import annotations

from textwrap import dedent

import pytest

from gearshift.completion.engine import offer
from gearshift.completion.hole import Hole
from gearshift.completion.joined import WHOLE_CHARACTERS
from gearshift.core.document import Snapshot
from gearshift.core.suggestions import Skip, Suggestion
from gearshift.core.text import position_at

METHOD = f"    def step(self):\n        {'first = ' * 12}self.first\n        return first + 1\n\n"
METHODS = METHOD * (WHOLE_CHARACTERS // len(METHOD) + 1)
BROKEN_OFF = "while rest:\n            last = rest.pop()\n            if la"


def offered(source: str, reply: str) -> Suggestion | Skip:
    snapshot = Snapshot.from_text(source.replace("|", ""), language="python")
    return offer(reply, Hole.at(snapshot, position_at(snapshot.lines, source.index("|"))), "")


@pytest.mark.parametrize("typed", ["", "   ", "      ", "        "])
def test_of_a_reply_that_broke_off_whole_lines_are_kept(typed: str) -> None:
    body = "    def reap(self, rest):\n        last = None\n"
    source = f"class Steps:\n{METHODS}{body}{typed}|\n\n{METHODS}"
    result = offered(source, " " * (8 - len(typed)) + BROKEN_OFF)
    assert isinstance(result, Suggestion)
    assert result.text.endswith("last = rest.pop()")


@pytest.mark.parametrize("n_lines", [5, 20, 40, 120])
@pytest.mark.parametrize("unit", ["", "    "])
def test_below_a_body_of_any_length_it_goes_on(n_lines: int, unit: str) -> None:
    above = f"class Steps:\n{METHODS}" if unit else dedent(METHODS)
    body = f"{unit}    last = 1\n" * n_lines
    source = f"{above}{unit}def reap():\n{body}|\n\n{unit}def then():\n{body}"
    result = offered(source, f"{unit}    last = 2")
    assert isinstance(result, Suggestion)
    assert result.text == f"{unit}    last = 2"


def test_in_a_long_file_that_does_not_parse_yet_whole_lines_are_kept() -> None:
    source = f"class Steps:\n{METHODS}    def reap(self, rest):\n    |\n\n{METHODS}"
    result = offered(source, "    last = None\n        last = rest.pop() +")
    assert isinstance(result, Suggestion)
    assert result.text == "    last = None"


@pytest.mark.parametrize(
    ("source", "reply"),
    [
        pytest.param("class A:\n    b = 1\n|\n    def f(self): ...\n", "c = 1", id="in a class"),
        pytest.param("if a:\n    b()\n|\n    c()\n", "b = 1\nc = 2", id="in a block"),
    ],
)
def test_an_empty_line_within_a_block_takes_nothing_that_ends_the_block(
    source: str, reply: str
) -> None:
    result = offered(source, reply)
    assert isinstance(result, Suggestion)
    assert result.text.startswith("    ")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("if a:\n    b()\n|\n    # c()\n", id="above a deeper comment"),
        pytest.param("rows = [\n    1,\n|\n    2,\n]\n", id="within brackets"),
        pytest.param("def f():\n    pass\n\n|\n\ndef g():\n    pass\n", id="between functions"),
    ],
)
def test_an_empty_line_at_the_margin_takes_what_stands_there(source: str) -> None:
    result = offered(source, "3,\n" if "rows" in source else "d = 3\n")
    assert isinstance(result, Suggestion)
    assert not result.text.startswith(" ")
