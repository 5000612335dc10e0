"""Replies found again by the text around the cursor."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.completion.origin import Origin
from gearshift.completion.recall import Entry, Recall
from gearshift.core.document import Snapshot
from gearshift.core.results import Skip
from gearshift.core.text import Position, position_at

URI = "file:///a.py"


def place(marked: str, uri: str = URI) -> tuple[Snapshot, Position]:
    """Return the document and the cursor that `|` marks."""
    before, _, after = marked.partition("|")
    snapshot = replace(Snapshot.from_text(before + after, language="python"), uri=uri)
    return snapshot, position_at(snapshot.lines, len(before))


def entry(marked: str, text: str, model: str = "mini", skip: Skip | None = None) -> Entry:
    return Entry(Origin.at(*place(marked)), model, text, skip)


def found(recall: Recall, marked: str, model: str = "mini", uri: str = URI) -> str | None:
    result = recall.find(model, *place(marked, uri))
    return None if result is None else result.rest


ASKED = "def f(a):\n    b = |\n    return b\n"


@pytest.mark.parametrize(
    ("now", "rest"),
    [
        pytest.param("def f(a):\n    b = |\n    return b\n", "a + 1", id="asked again"),
        pytest.param("def f(a):\n    b = a|\n    return b\n", " + 1", id="typed through"),
        pytest.param("def f(a):\n    b = a + |\n    return b\n", "1", id="words accepted"),
        pytest.param("def f(a):\n    b = a + 1|\n    return b\n", None, id="nothing left"),
        pytest.param("def f(a):\n    b = x|\n    return b\n", None, id="typed otherwise"),
        pytest.param("def f(a):\n    b =|\n    return b\n", None, id="deleted past its origin"),
        pytest.param("def f(a):\n    c = |\n    return b\n", None, id="another line before it"),
        pytest.param("def g(a):\n    b = |\n    return b\n", None, id="another line above"),
        pytest.param("def f(a):\n    b = |\n    return c\n", None, id="another line below"),
        pytest.param("def f(a):\n    b = |\n    return b\n\n", None, id="a line more below"),
        pytest.param("def f(a):\n    b = |, 2\n    return b\n", None, id="something behind it"),
        pytest.param("def f(a):\n    b = \n    b = |\n    return b\n", None, id="the next line"),
    ],
)
def test_what_goes_on_at_the_cursor_is_found(now: str, rest: str | None) -> None:
    recall = Recall()
    recall.add(entry(ASKED, "a + 1"))
    assert found(recall, now) == rest


def test_lines_accepted_one_by_one_and_undone_are_found() -> None:
    recall = Recall()
    recall.add(entry("if a:\n|\nx = 1\n", "    b = 1\n    c = 2\n    d = 3"))
    assert found(recall, "if a:\n    b = 1|\nx = 1\n") == "\n    c = 2\n    d = 3"
    assert found(recall, "if a:\n    b = 1\n    c = 2\n    |\nx = 1\n") == "d = 3"
    assert found(recall, "if a:\n    b = 1\n    x|\nx = 1\n") is None
    assert found(recall, "if a:\n|\nx = 1\n") == "    b = 1\n    c = 2\n    d = 3"


def test_windows_line_endings_are_found() -> None:
    recall = Recall()
    recall.add(entry("if a:\r\n|\r\nx = 1\r\n", "    b = 1\n    c = 2"))
    assert found(recall, "if a:\r\n    b = 1\r\n    |\r\nx = 1\r\n") == "c = 2"


def test_edits_far_away_do_not_matter() -> None:
    filler = "".join(f"x{n} = {n}\n" for n in range(100))
    recall = Recall()
    recall.add(entry(filler + "b = |\n" + filler, "1"))
    assert found(recall, "import os\n" + filler + "b = |\n" + filler + "last = 1\n") == "1"


def test_a_bracket_that_the_editor_closed_is_told() -> None:
    recall = Recall()
    recall.add(entry("b = |\n", "f(a)"))
    result = recall.find("mini", *place("b = f(|)\n"))
    assert result is not None
    assert (result.rest, result.closers) == ("a)", ")")
    assert found(recall, "b = f(|) + 1\n") is None


def test_models_and_documents_are_kept_apart() -> None:
    recall = Recall()
    recall.add(entry(ASKED, "a + 1"))
    assert found(recall, ASKED, model="full") is None
    assert found(recall, ASKED, uri="file:///b.py") is None


def test_the_latest_reply_counts() -> None:
    recall = Recall()
    recall.add(entry(ASKED, "a + 1"))
    recall.add(entry(ASKED, "a + 2"))
    assert found(recall, ASKED) == "a + 2"
    assert len(recall) == 1


def test_an_accepted_reply_is_not_offered_again() -> None:
    recall = Recall()
    accepted = entry(ASKED, "a + 1")
    recall.add(accepted)
    recall.drop(accepted)
    recall.drop(accepted)
    assert found(recall, ASKED) is None


def test_a_reply_that_is_not_shown_is_found_at_its_origin_alone() -> None:
    recall = Recall()
    recall.add(entry(ASKED, "", skip=Skip("The model repeated itself.")))
    assert found(recall, ASKED) == ""
    assert found(recall, ASKED.replace("= |", "= a|")) is None


def test_the_reply_longest_unused_goes_first() -> None:
    recall = Recall(limit=2)
    for name in "abc":
        recall.add(entry(f"{name} = |\n", "1"))
        assert found(recall, "a = |\n") == "1"
    assert len(recall) == 2
    assert found(recall, "b = |\n") is None
    assert found(recall, "c = |\n") == "1"


def test_clearing_forgets_everything() -> None:
    recall = Recall()
    recall.add(entry(ASKED, "a + 1"))
    recall.clear()
    assert (len(recall), found(recall, ASKED)) == (0, None)


LINES = st.lists(st.sampled_from(["a", "b", "", "ab", "  a"]), min_size=1, max_size=5)
TEXTS = LINES.map("\n".join)


@given(before=TEXTS, text=TEXTS.filter(bool), after=TEXTS, now_before=TEXTS, now_after=TEXTS)
def test_nothing_is_found_that_disagrees_with_the_text_around(
    before: str, text: str, after: str, now_before: str, now_after: str
) -> None:
    recall = Recall()
    recall.add(entry(f"{before}|{after}", text))
    rest = found(recall, f"{now_before}|{now_after}")
    if rest is not None:
        assert now_before + rest == before + text
        assert now_after == after


@given(before=TEXTS, text=TEXTS, after=TEXTS, data=st.data())
def test_every_part_typed_is_found_again(
    before: str, text: str, after: str, data: st.DataObject
) -> None:
    recall = Recall()
    recall.add(entry(f"{before}|{after}", text))
    typed = data.draw(st.integers(0, len(text)))
    rest = found(recall, f"{before}{text[:typed]}|{after}")
    assert rest == text[typed:] or (rest is None and typed == len(text))
