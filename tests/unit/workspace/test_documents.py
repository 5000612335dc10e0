"""Documents kept up to date by edits."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.core.errors import UserError
from gearshift.core.text import Position, Range, clamp, offset_at, split_lines
from gearshift.workspace.documents import Documents, TextChange

URI = "file:///project/main.py"


def opened(text: str) -> Documents:
    documents = Documents()
    documents.open(URI, path=Path("/project/main.py"), language="python", version=1, text=text)
    return documents


def span(*numbers: int) -> Range:
    return Range(Position(*numbers[:2]), Position(*numbers[2:]))


@pytest.mark.parametrize(
    ("before", "where", "text", "after"),
    [
        pytest.param("", (0, 0, 0, 0), "a", "a", id="into an empty document"),
        pytest.param("a\nb\n", (0, 1, 1, 0), "", "ab\n", id="joining two lines"),
        pytest.param("a\nb", (0, 1, 0, 1), "\nx\ny", "a\nx\ny\nb", id="several lines"),
        pytest.param("a\r\nb", (0, 9, 0, 9), "x", "ax\r\nb", id="past the end of a line"),
        pytest.param("a\nb", (9, 9, 9, 9), "x", "a\nbx", id="past the end of the text"),
        pytest.param("a\rb", (1, 0, 1, 0), "\n", "a\r\nb", id="two endings become one"),
        pytest.param("😀b\n", (0, 1, 0, 2), "c", "😀c\n", id="columns are code points"),
        pytest.param("a\x0cb\u2028c\n", (0, 2, 0, 5), "", "a\x0c\n", id="form feed is no ending"),
        pytest.param("abc", (0, 2, 0, 1), "x", "axc", id="a range with its ends swapped"),
    ],
)
def test_an_edit_changes_the_text(
    before: str, where: tuple[int, int, int, int], text: str, after: str
) -> None:
    documents = opened(before)
    documents.change(URI, 2, [TextChange(span(*where), text)])
    assert documents.snapshot(URI).text == after
    assert list(documents.lines(URI)) == split_lines(after)


def test_a_change_without_a_range_replaces_everything() -> None:
    documents = opened("old\n")
    documents.change(URI, 2, [TextChange(None, "new\ntext"), TextChange(span(1, 0, 1, 0), "my ")])
    assert documents.snapshot(URI).text == "new\nmy text"


def test_a_snapshot_stays_the_same_until_the_next_edit() -> None:
    documents = opened("a\n")
    first = documents.snapshot(URI)
    assert documents.snapshot(URI) is first
    documents.change(URI, 2, [TextChange(span(0, 0, 0, 0), "b")])
    assert (first.text, first.version) == ("a\n", 1)
    assert (documents.snapshot(URI).text, documents.snapshot(URI).version) == ("ba\n", 2)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param(0, 0, id="a lower version is what the editor says"),
        pytest.param(None, 1, id="no version keeps the last one"),
    ],
)
def test_any_version_is_accepted(said: int | None, kept: int) -> None:
    documents = opened("a")
    documents.change(URI, said, [TextChange(None, "b")])
    assert documents.snapshot(URI).version == kept
    assert documents.snapshot(URI).text == "b"


def test_the_language_is_read_off_the_name_when_the_editor_tells_none() -> None:
    documents = Documents()
    documents.open(URI, path=Path("/project/main.rs"), language="", version=1, text="")
    assert documents.snapshot(URI).language == "rust"


def test_a_closed_document_is_unknown() -> None:
    documents = opened("a")
    documents.close(URI)
    documents.close(URI)
    assert URI not in documents
    assert len(documents) == 0
    for use in (documents.snapshot, documents.lines):
        with pytest.raises(UserError, match="not open"):
            use(URI)
    with pytest.raises(UserError, match="not open"):
        documents.change(URI, 1, [])


def test_documents_are_listed_from_the_last_touched() -> None:
    documents = opened("a")
    documents.open("file:///b.py", path=None, language="python", version=1, text="")
    assert list(documents) == ["file:///b.py", URI]
    documents.change(URI, 2, [TextChange(None, "c")])
    assert list(documents) == [URI, "file:///b.py"]


texts = st.text(alphabet="ab\n\r\x0c\u2028\u0085\t😀é", max_size=30)
numbers = st.integers(min_value=0, max_value=12)
changes = st.tuples(st.one_of(st.none(), st.tuples(numbers, numbers, numbers, numbers)), texts)


def changed(text: str, where: tuple[int, int, int, int] | None, new: str) -> str:
    if where is None:
        return new
    lines = split_lines(text)
    ends = sorted(
        offset_at(lines, clamp(lines, place))
        for place in (Position(*where[:2]), Position(*where[2:]))
    )
    return text[: ends[0]] + new + text[ends[1] :]


@given(texts, st.lists(changes, max_size=8))
def test_any_edits_give_what_a_plain_string_gives(
    text: str, edits: list[tuple[tuple[int, int, int, int] | None, str]]
) -> None:
    documents = opened(text)
    for version, (where, new) in enumerate(edits, start=2):
        text = changed(text, where, new)
        documents.change(URI, version, [TextChange(None if where is None else span(*where), new)])
        assert list(documents.lines(URI)) == split_lines(text)
    assert documents.snapshot(URI).text == text


def test_versions_that_differ_in_one_line_are_known_to() -> None:
    documents = opened("a\nb\nc\n")

    def typed(*where: int, text: str) -> object:
        documents.change(URI, None, (TextChange(span(*where), text),))
        return documents.snapshot(URI).rest

    first = typed(1, 1, 1, 1, text="x")
    assert typed(1, 2, 1, 2, text="y") == first == documents.snapshot(URI).rest
    assert typed(1, 0, 1, 2, text="") == first
    other = typed(0, 1, 0, 1, text="x")
    assert other != first
    assert typed(1, 1, 1, 1, text="z") not in (first, other)
    broken = typed(1, 0, 1, 0, text="\n")
    assert typed(1, 0, 1, 0, text="x") != broken
    assert typed(1, 0, 2, 0, text="") != typed(0, 0, 0, 0, text="x")
