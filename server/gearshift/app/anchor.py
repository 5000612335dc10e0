"""Moving edits to where their text is now, when the document changed while a model worked."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from gearshift.core.text import Position, Range
from gearshift.languages.syntax import find_symbol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.actions.target import Target
    from gearshift.core.document import Snapshot
    from gearshift.core.text import Edit


def anchored(
    edits: Sequence[Edit], target: Target, old: Snapshot, new: Snapshot
) -> tuple[Edit, ...] | None:
    """Return `edits` of `old` for `new`; None where what they were made for has changed.

    The target's text must be the same (a symbol is found by name, wherever it moved), and so
    must every line that an edit touches.
    """
    if old.lines == new.lines:
        return tuple(edits)
    if target.symbol is not None:
        now = find_symbol(new, target.symbol.qualified_name, near=target.symbol.range)
        if now is None or new.slice(now.range) != old.slice(target.symbol.range):
            return None
    elif target.text not in new.text:
        return None
    blocks = SequenceMatcher(None, old.lines, new.lines, autojunk=False).get_matching_blocks()
    moved: list[Edit] = []
    for edit in edits:
        first, last = edit.range.start.line, edit.range.end.line
        block = next((b for b in blocks if b.a <= first and last < b.a + b.size), None)
        if block is None:
            return None
        moved.append(edit._replace(range=_shifted(edit.range, block.b - block.a)))
    return tuple(moved)


def _shifted(span: Range, by: int) -> Range:
    return Range(
        Position(span.start.line + by, span.start.column),
        Position(span.end.line + by, span.end.column),
    )
