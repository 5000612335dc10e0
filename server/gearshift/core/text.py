"""Positions, ranges and edits in a text, counted in lines and characters (code points) from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Position(NamedTuple):
    """A place between two characters; `column` counts code points, never bytes or utf-16 units."""

    line: int
    column: int


class Range(NamedTuple):
    """The text from `start` up to but without `end`."""

    start: Position
    end: Position

    @classmethod
    def at(cls, position: Position) -> Range:
        """Return the empty range at `position`."""
        return cls(position, position)

    @property
    def is_empty(self) -> bool:
        """Whether start and end are the same place."""
        return self.start == self.end

    def contains(self, position: Position) -> bool:
        """Whether `position` lies in the range, both ends included."""
        return self.start <= position <= self.end


class Edit(NamedTuple):
    """Replacement of the text in `range` by `new_text`."""

    range: Range
    new_text: str


def split_lines(text: str) -> list[str]:
    r"""Split after `\n`, `\r\n` and `\r` only, endings kept; the last line may be empty.

    `str.splitlines` also splits at form feed, U+0085, U+2028 and others, which no editor does.
    """
    if "\r" not in text:
        lines = text.split("\n")
        last = lines.pop()
        return [*[line + "\n" for line in lines], last]
    lines: list[str] = []
    start = 0
    end = len(text)
    while start <= end:
        newline, carriage = text.find("\n", start), text.find("\r", start)
        if newline < 0 and carriage < 0:
            break
        if carriage < 0 or 0 <= newline < carriage:
            stop = newline + 1
        else:
            stop = carriage + (2 if text[carriage + 1 : carriage + 2] == "\n" else 1)
        lines.append(text[start:stop])
        start = stop
    lines.append(text[start:])
    return lines


def line_body(line: str) -> str:
    """Return the line without its ending."""
    return line.rstrip("\r\n")


def clamp(lines: Sequence[str], position: Position) -> Position:
    """Return the nearest place that exists in `lines`, as the protocol asks of servers."""
    line, column = position.line, position.column
    if line >= len(lines):
        last = len(lines) - 1
        return Position(last, len(line_body(lines[last])))
    end = len(line_body(lines[max(line, 0)]))
    if line >= 0 and 0 <= column <= end:
        return position
    return Position(max(line, 0), max(0, min(column, end)))


def offset_at(lines: Sequence[str], position: Position) -> int:
    """Return the number of characters before `position` in the joined lines."""
    return sum(map(len, lines[: position.line])) + position.column


def position_at(lines: Sequence[str], offset: int) -> Position:
    """Return the place `offset` characters into the joined lines, at most the end of the text."""
    for number, line in enumerate(lines):
        if offset < len(line) or (offset == len(line) and number == len(lines) - 1):
            return Position(number, offset)
        offset -= len(line)
    return Position(len(lines) - 1, len(lines[-1]))


def text_between(lines: Sequence[str], span: Range) -> str:
    """Return the text in `span`, which must exist in `lines`."""
    start, end = span.start, span.end
    if start.line == end.line:
        return lines[start.line][start.column : end.column]
    first = lines[start.line][start.column :]
    last = lines[end.line][: end.column]
    return "".join([first, *lines[start.line + 1 : end.line], last])


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all `edits` made; their ranges refer to `text` and must not overlap."""
    lines = split_lines(text)
    for edit in sorted(edits, key=lambda e: (e.range.start, e.range.end), reverse=True):
        start = offset_at(lines, clamp(lines, edit.range.start))
        end = offset_at(lines, clamp(lines, edit.range.end))
        text = text[:start] + edit.new_text + text[end:]
    return text
