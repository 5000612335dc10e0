"""The place of the next suggestion: where the cursor is once a suggestion has been accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.completion.trigger import reason_to_skip
from gearshift.core.text import Position, line_body, split_lines

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot


def place_after(
    snapshot: Snapshot, position: Position, text: str
) -> tuple[Snapshot, Position] | None:
    """Return the document and the cursor as they will be with `text` put in at `position`.

    Where nothing would be asked for there, because the statement is finished, it is the line below
    that the user opens next; None: nothing would be asked for there either.
    """
    for added in (text, text + "\n"):
        later, cursor = _with_text(snapshot, position, added)
        if reason_to_skip(later, cursor, is_explicit=False) is None:
            return later, cursor
        if later.lines[cursor.line][cursor.column :].strip():
            return None
    return None


def _with_text(snapshot: Snapshot, position: Position, text: str) -> tuple[Snapshot, Position]:
    lines = snapshot.lines
    line = lines[position.line]
    newline = lines[0][len(line_body(lines[0])) :] or "\n"
    put = text.replace("\n", newline)
    new = split_lines(line[: position.column] + put + line[position.column :])
    if position.line < len(lines) - 1:
        new.pop()  # the empty line behind the last ending is the document's own next one
    later = (*lines[: position.line], *new, *lines[position.line + 1 :])
    added = text.split("\n")
    column = len(added[-1]) + (position.column if len(added) == 1 else 0)
    cursor = Position(position.line + len(added) - 1, column)
    return replace(snapshot, lines=later), cursor
