"""What an action works on: a symbol, some whole lines or the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gearshift.core.text import Position, Range, clamp, line_body
from gearshift.languages.syntax import Symbol

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot

SMALL_FILE = 150
"""Lines up to which a whole file is a fair thing to rewrite."""
SMALL_CLASS = 80
"""Lines up to which a selection across methods means their whole class."""


@dataclass(frozen=True, slots=True)
class Target:
    """A part of a document that is replaced as one."""

    kind: Literal["symbol", "selection", "file"]
    range: Range
    """From its first character, after the indentation, to the last one of its last line."""
    text: str
    symbol: Symbol | None = None

    @property
    def label(self) -> str:
        """What to call it in a title."""
        if self.symbol is not None:
            return f"`{self.symbol.name}`"
        return "this file" if self.kind == "file" else "the selection"


def target_at(snapshot: Snapshot, span: Range) -> Target | None:
    """Return what is meant by a selection or a cursor; None if nothing of a fair size is.

    A cursor means the innermost symbol around it. A selection within a function means that
    function, which is the smallest thing that can be checked; other selections mean their lines.
    """
    symbol = _symbol_at(snapshot, span)
    if symbol is not None:
        return Target("symbol", symbol.range, snapshot.slice(symbol.range), symbol)
    if not span.is_empty and (lines := _whole_lines(snapshot, span)):
        return Target("selection", lines, snapshot.slice(lines))
    return whole_file(snapshot) if len(snapshot.lines) <= SMALL_FILE else None


def whole_file(snapshot: Snapshot) -> Target:
    """Return the target that is all of the document."""
    return Target("file", snapshot.whole, snapshot.text)


def _symbol_at(snapshot: Snapshot, span: Range) -> Symbol | None:
    from gearshift.languages.syntax import enclosing_symbol

    # A selection of whole lines begins before the indentation and ends on the next line.
    lines = span if span.is_empty else _whole_lines(snapshot, span)
    around = enclosing_symbol(snapshot, lines) if lines else None
    if around is None or span.is_empty or around.kind in {"function", "method"}:
        return around
    length = around.range.end.line - around.range.start.line
    return around if length < SMALL_CLASS else None


def _whole_lines(snapshot: Snapshot, span: Range) -> Range | None:
    """Return the span widened to whole lines without the blank ones at its ends."""
    start, end = clamp(snapshot.lines, span.start), clamp(snapshot.lines, span.end)
    first, last = start.line, end.line
    if not span.is_empty and end.column == 0 and last > first:
        last -= 1  # a selection of whole lines ends at the start of the next
    filled = [n for n in range(first, last + 1) if snapshot.lines[n].strip()]
    if not filled:
        return None
    line, body = snapshot.lines[filled[0]], line_body(snapshot.lines[filled[-1]])
    indent = len(line) - len(line.lstrip())
    return Range(Position(filled[0], indent), Position(filled[-1], len(body)))
