"""When a completion is asked for."""

from __future__ import annotations

import pytest

from gearshift.completion.trigger import reason_to_skip
from gearshift.core.document import Snapshot
from gearshift.core.text import position_at

HEAD = "import os\nimport sys\n\n"


def reason(source: str, *, language: str = "python", is_explicit: bool = False) -> str | None:
    snapshot = Snapshot.from_text(source.replace("<|>", ""), language=language)
    position = position_at(snapshot.lines, source.index("<|>"))
    skip = reason_to_skip(snapshot, position, is_explicit=is_explicit)
    return skip.reason if skip else None


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(HEAD + "x = <|>\n", id="at the end of a line"),
        pytest.param(HEAD + "print(<|>)\n", id="before a closer"),
        pytest.param(HEAD + 'print("<|>")\n', id="before a quote and a closer"),
        pytest.param(HEAD + "def f(<|>):\n", id="before a closer and a colon"),
        pytest.param(HEAD + "# Sum of <|>\n", id="in a comment with words"),
        pytest.param(HEAD + "<|>\n", id="on an empty line"),
        pytest.param("<|>\n" + HEAD, id="above the imports"),
    ],
)
def test_a_completion_is_asked_for(source: str) -> None:
    assert reason(source) is None


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param(HEAD + "x = <|> + 1\n", "middle of a line", id="before more code"),
        pytest.param(HEAD + "print(x)<|>\n", "finished", id="after a call"),
        pytest.param("x = <|>\n", "fewer than 10", id="nothing to go on"),
        pytest.param(HEAD + '"""Doc.\n\n<|>\n"""\n', "of a string", id="empty docstring line"),
        pytest.param(HEAD + "x" * 2_001 + " = <|>\n", "longer than", id="a very long line"),
    ],
)
def test_no_completion_is_asked_for(source: str, words: str) -> None:
    assert words in (reason(source) or "")


def test_an_explicit_request_is_always_asked() -> None:
    assert reason(HEAD + "x = <|> + 1\n", is_explicit=True) is None
    assert reason("<|>", is_explicit=True) is None


def test_a_line_comment_in_another_language_counts_as_one() -> None:
    assert reason("int main() {}\n/*\n<|>\n*/\n", language="c") is not None
