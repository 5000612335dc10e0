"""LSP columns, held against a plain re-implementation that encodes the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.core.text import Position, Range, line_body, split_lines
from gearshift.lsp.convert import (
    path_from_uri,
    position_from_lsp,
    position_to_lsp,
    range_from_lsp,
    uri_from_path,
)

ENCODINGS = ("utf-8", "utf-16", "utf-32")
CODECS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
TEXTS = st.text(st.sampled_from("ab é€𝄞😀\u2028\x0c\x85\r\n\t"), max_size=40)


def plain_column(text: str, encoding: str) -> int:
    codec, width = CODECS[encoding]
    return len(text.encode(codec)) // width


@given(text=TEXTS, encoding=st.sampled_from(ENCODINGS), data=st.data())
def test_a_position_survives_the_way_out_and_back(
    text: str, encoding: str, data: st.DataObject
) -> None:
    lines = split_lines(text)
    number = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(line_body(lines[number]))))
    position = Position(number, column)

    sent = position_to_lsp(lines, position, encoding)

    assert sent == {"line": number, "character": plain_column(lines[number][:column], encoding)}
    assert position_from_lsp(lines, sent, encoding) == position


@given(
    text=TEXTS,
    encoding=st.sampled_from(ENCODINGS),
    line=st.integers(-1, 60),
    character=st.integers(-1, 200),
)
def test_any_position_becomes_one_that_exists(
    text: str, encoding: str, line: int, character: int
) -> None:
    lines = split_lines(text)

    found = position_from_lsp(lines, {"line": line, "character": character}, encoding)

    assert 0 <= found.line < len(lines)
    assert 0 <= found.column <= len(line_body(lines[found.line]))


@pytest.mark.parametrize(
    ("encoding", "column", "expected"),
    [
        pytest.param("utf-16", 1, 0, id="inside a surrogate pair means its start"),
        pytest.param("utf-16", 2, 1, id="after the pair"),
        pytest.param("utf-8", 3, 0, id="inside the bytes of a character means its start"),
        pytest.param("utf-8", 4, 1, id="after the bytes"),
        pytest.param("utf-32", 1, 1, id="code points need no counting"),
        pytest.param("utf-16", 99, 4, id="past the end means the end"),
    ],
)
def test_a_column_behind_an_emoji(encoding: str, column: int, expected: int) -> None:
    found = position_from_lsp(["😀abc\n", ""], {"line": 0, "character": column}, encoding)

    assert found == Position(0, expected)


def test_a_range_with_swapped_ends_is_put_right() -> None:
    span = {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 1}}

    assert range_from_lsp(["abcd"], span, "utf-16") == Range(Position(0, 1), Position(0, 3))


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        pytest.param("file:///a/b%20c.py", Path("/a/b c.py"), id="escaped blank"),
        pytest.param("file:///a/%C3%A9%F0%9F%98%80.py", Path("/a/é😀.py"), id="escaped utf-8"),
        pytest.param("file:///c%3A/x/y.py", Path("c:/x/y.py"), id="drive as VS Code writes it"),
        pytest.param("untitled:Untitled-1", None, id="never saved"),
    ],
)
def test_paths_of_uris(uri: str, path: Path | None) -> None:
    assert path_from_uri(uri) == path


@given(st.text(st.characters(exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1))
def test_a_path_survives_its_uri(name: str) -> None:
    path = Path("/folder") / name

    assert path_from_uri(uri_from_path(path)) == path
