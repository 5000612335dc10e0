"""The indentations that a reply may have meant, the most literal first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.indentation import shift, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.completion.hole import Hole


def readings(text: str, hole: Hole, sent_head: str) -> Iterator[str]:
    """Yield `text` indented in each way that makes sense, as it is to be inserted.

    Chat models answer from the margin, indent only the first line, or only the rest, or repeat the
    white space before the cursor; the parser then says which reading was meant.
    """
    lines = text.split("\n")
    seen: set[str] = set()
    for reading in _all_readings(lines, hole, sent_head):
        joined = "\n".join(reading)
        if joined not in seen:
            seen.add(joined)
            yield joined


def _all_readings(lines: list[str], hole: Hole, sent_head: str) -> Iterator[list[str]]:
    unit = hole.unit
    first, rest = lines[0], lines[1:]
    if not hole.is_blank:
        yield [first, *_moved(rest, 0, unit)]
        yield [first, *_moved(rest, _aligned(rest, hole.indent, hole), unit)]
        yield [first, *_moved(rest, _aligned(rest, hole.indent + _step(unit), hole), unit)]
        return
    said = width(sent_head + first, unit)
    target = hole.indent
    if hole.head and _goes_on(hole, said, width(hole.head + first, unit)):
        yield _placed([*_moved([hole.head + first], 0, unit), *_moved(rest, 0, unit)], hole)
    if said >= target:
        yield _placed([*_moved([sent_head + first], 0, unit), *_moved(rest, 0, unit)], hole)
    # The same shape, moved to the cursor's column or to the one that the line above asks for.
    for column in (target, hole.expected_indent):
        if column < target:
            continue
        moved = _moved([sent_head + first, *rest], column - said, unit)
        yield _placed(moved, hole)
        own = [*_moved([first.lstrip()], column, unit), *_moved(rest, 0, unit)]
        yield _placed(own, hole)
        for floor in (column, column + _step(unit)):
            fitted = _moved(rest, _aligned(rest, floor, hole), unit)
            yield _placed([*_moved([first.lstrip()], column, unit), *fitted], hole)


def _goes_on(hole: Hole, said: int, added: int) -> bool:
    """Whether a reply goes on within the white space that is being typed.

    `said` is its column if it begins at the margin, `added` if it begins at the cursor: that one is
    a level, the other is none.
    """
    step = _step(hole.unit)
    return added == hole.expected_indent or (added % step == 0 and said % step != 0)


def _placed(lines: list[str], hole: Hole) -> list[str]:
    """Return `lines` without the white space that stands before the cursor already."""
    first = lines[0]
    if first.startswith(hole.head):
        return [first[len(hole.head) :], *lines[1:]]
    return [first.lstrip(), *lines[1:]]


def _moved(lines: list[str], columns: int, unit: str) -> list[str]:
    return [shift(line, columns, unit) for line in lines]


def _aligned(lines: list[str], column: int, hole: Hole) -> int:
    """Return how far to move `lines` for the outermost of them to stand at `column`."""
    widths = [width(line, hole.unit) for line in lines if line.strip()]
    return column - min(widths) if widths else 0


def _step(unit: str) -> int:
    return width("\t", unit)
