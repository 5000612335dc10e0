"""What the editor's other tools say is wrong near the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.context.piece import Piece
from gearshift.workspace.library import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.completion.context.desk import Desk
    from gearshift.completion.context.piece import Site

NEAR_LINES = 10
MOST = 3
MESSAGE_CHARACTERS = 160
FILE_NAME = "problems.txt"


def diagnostics(site: Site, desk: Desk) -> Iterator[Piece]:
    """Yield messages about lines near the cursor, the nearest first; none about its own line.

    That line is being written: what tools said of it spoke of an unfinished one.
    """
    path = site.snapshot.path
    if path is None or not desk.library.may_show(path):
        return
    line = site.position.line
    near = [d for d in site.diagnostics if 0 < abs(d.range.start.line - line) <= NEAR_LINES]
    near.sort(key=lambda d: abs(d.range.start.line - line))
    for found in near[:MOST]:
        place = f"{shown_path(path)}:{found.range.start.line + 1}"
        message = " ".join(found.message.split())[:MESSAGE_CHARACTERS]
        text = f"{place}: {message}"
        yield Piece("diagnostics", path, FILE_NAME, text, place, found.range.start.line)
