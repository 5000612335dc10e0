"""What was changed lately, so that repeated edits go on and deleted code is not brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.context.piece import Piece
from gearshift.workspace.library import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.completion.context.desk import Desk
    from gearshift.completion.context.piece import Site
    from gearshift.workspace.edits import Hunk

MOST = 6
MOST_LINES = 10
"""Of one hunk, either side."""
FILE_NAME = "recent changes.diff"


def edits(site: Site, desk: Desk) -> Iterator[Piece]:
    """Yield the latest hunks, the last first.

    What was only added near the cursor stands in the prompt anyway; what was removed does not.
    """
    found = [hunk for hunk in site.hunks if _tells(hunk, site)][-MOST:]
    for number, hunk in reversed(list(enumerate(found))):
        if not desk.library.may_show(hunk.file):
            continue
        label = f"{shown_path(hunk.file)}:{hunk.line + 1}"
        yield Piece("edits", hunk.file, FILE_NAME, _rendered(hunk), label, number)


def _tells(hunk: Hunk, site: Site) -> bool:
    if max(len(hunk.removed), len(hunk.added)) > MOST_LINES:
        return False
    is_here = hunk.file == site.snapshot.path and hunk.line in site.shown
    return bool(hunk.removed) or not is_here


def _rendered(hunk: Hunk) -> str:
    removed = [f"-{line.rstrip()}" for line in hunk.removed]
    added = [f"+{line.rstrip()}" for line in hunk.added]
    return "\n".join([f"@@ {shown_path(hunk.file)} @@", *removed, *added])
