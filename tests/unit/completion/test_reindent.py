"""The indentation that a reply meant."""

from __future__ import annotations

import pytest

from gearshift.completion.fit import fit
from gearshift.completion.hole import Hole
from gearshift.completion.indentation import shift, unit_of, width
from gearshift.completion.joined import Joined
from gearshift.core.document import Snapshot
from gearshift.core.text import position_at


def fitted(source: str, text: str, *, sent_head: str | None = None) -> str:
    snapshot = Snapshot.from_text(source.replace("<|>", ""), language="python")
    hole = Hole.at(snapshot, position_at(snapshot.lines, source.index("<|>")))
    return fit(text, hole, Joined(hole), hole.head if sent_head is None else sent_head)


METHOD = "class A:\n    def f(self, xs):\n        <|>\n\n    def g(self):\n        pass\n"
WANTED = "for x in xs:\n            print(x)\n        return xs"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(WANTED, id="as it is"),
        pytest.param("        " + WANTED, id="with the cursor's own indentation"),
        pytest.param("for x in xs:\n    print(x)\nreturn xs", id="from the margin"),
        pytest.param("    for x in xs:\n        print(x)\n    return xs", id="too little"),
        pytest.param("  for x in xs:\n      print(x)\n  return xs", id="two columns"),
        pytest.param("for x in xs:\n        print(x)\n    return xs", id="first line only"),
    ],
)
def test_the_reading_that_parses_is_taken(reply: str) -> None:
    assert fitted(METHOD, reply, sent_head="") == WANTED


def test_tabs_stay_tabs() -> None:
    source = "def f(xs):\n\tfor x in xs:\n\t\t<|>\n"
    assert fitted(source, "if x:\n    print(x)", sent_head="") == "if x:\n\t\t\tprint(x)"


def test_a_line_that_does_not_parse_is_cut_with_what_follows() -> None:
    assert fitted(METHOD, "y = 1\n        z = = 2\n        w = 3") == "y = 1"


def test_open_brackets_are_closed_where_that_parses() -> None:
    assert fitted("def f(a):\n    print(<|>\n", "len(a") == "len(a))"


@pytest.mark.parametrize(
    ("lines", "unit"),
    [
        pytest.param(["a\n", "  b\n", "    c"], "  ", id="two spaces"),
        pytest.param(["a\n", "        c"], "        ", id="eight spaces"),
        pytest.param(["a\n", "\tb"], "\t", id="tabs"),
        pytest.param(["a\n", " b"], "    ", id="nothing to see"),
    ],
)
def test_the_unit_of_a_document(lines: list[str], unit: str) -> None:
    assert unit_of(lines) == unit


def test_lines_move_in_the_documents_own_unit() -> None:
    assert shift("    a", 4, "\t") == "\t\ta"
    assert shift("  a", -9, "    ") == "a"
    assert shift("   ", 4, "    ") == ""
    assert width("\ta", "  ") == 2
