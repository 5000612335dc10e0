"""The definition that a cursor is in: what context is gathered for, and holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.text import Position, Range, line_body
from gearshift.languages.syntax import enclosing_symbol, find_symbol

if TYPE_CHECKING:
    from gearshift.completion.context.piece import Site
    from gearshift.core.document import Snapshot
    from gearshift.languages.symbols import Symbol

NEAR_LINES = 10
"""Outside of definitions context holds so far around the cursor."""


def definition_around(snapshot: Snapshot, position: Position) -> Symbol | None:
    """Return the innermost definition that the cursor is in; None: it is outside all.

    A parser ends a definition where its text ends; a cursor on an empty line below still is in it,
    as far as its indentation says.
    """
    lines = snapshot.lines
    found = enclosing_symbol(snapshot, Range.at(position))
    head = lines[position.line][: position.column]
    if head.strip():
        return found
    above = next((n for n in range(position.line - 1, -1, -1) if lines[n].strip()), 0)
    end = Position(above, len(line_body(lines[above]).rstrip()))
    last = enclosing_symbol(snapshot, Range.at(end))
    while last is not None and last.range.start.column >= len(head):
        last = find_symbol(snapshot, last.qualified_name.rpartition(".")[0])
    return last or found


def scope_of(site: Site) -> range:
    """Return the lines for which context gathered at a site holds."""
    around = definition_around(site.snapshot, site.position)
    line = site.position.line
    if around is None or around.kind not in {"function", "method"}:
        return range(max(0, line - NEAR_LINES), line + NEAR_LINES)
    return range(around.range.start.line, max(around.range.end.line, line) + 1)
