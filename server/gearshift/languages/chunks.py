"""A file in pieces that begin and end where its syntax does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gearshift.languages.symbols import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gearshift.languages.tree import SyntaxTree

MOST_LINES = 60
"""Of one chunk."""
LEAST_LINES = 2


class Chunk(NamedTuple):
    """Lines of a file, from `first` up to but without `end`."""

    first: int
    end: int


def chunks(tree: SyntaxTree | None, lines: Sequence[str]) -> list[Chunk]:
    """Return the chunks of a file, without overlap, in order.

    A definition is one chunk where it is short enough, else each definition in it is, and what
    lies between. Without a tree the blank lines tell.
    """
    spans = _spans(tree) if tree is not None else []
    found: list[Chunk] = []
    at = 0
    for first, end in spans:
        if first < at:
            continue
        found += _by_blank_lines(lines, at, first)
        found.append(Chunk(first, end))
        at = end
    found += _by_blank_lines(lines, at, len(lines))
    return [chunk for chunk in found if chunk.end - chunk.first >= LEAST_LINES]


def _spans(tree: SyntaxTree) -> list[tuple[int, int]]:
    ranges = [d.symbol.range for d in definitions(tree, has_declarations=False)]
    spans = ((span.start.line, span.end.line + 1) for span in ranges)
    return [(first, end) for first, end in spans if end - first <= MOST_LINES]


def _by_blank_lines(lines: Sequence[str], first: int, end: int) -> Iterator[Chunk]:
    start: int | None = None
    for number in range(first, end):
        is_blank = not lines[number].strip()
        is_long = start is not None and number - start >= MOST_LINES // 2
        if start is not None and (is_blank or is_long):
            yield Chunk(start, number)
            start = None
        if start is None and not is_blank:
            start = number
    if start is not None:
        yield Chunk(start, end)
