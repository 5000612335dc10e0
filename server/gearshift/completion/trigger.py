"""When an automatic request makes sense; an explicit one always does."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from gearshift.completion.hole import Hole
from gearshift.core.suggestions import Skip
from gearshift.core.text import clamp
from gearshift.languages import language_of

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot
    from gearshift.core.text import Position

REST_OF_LINE = re.compile(r"\s*[)>}\]\"'`]*\s*[:{;,]?\s*")
"""What may follow the cursor on its line (Copilot's rule): closers, then one punctuation mark."""
FINISHED = re.compile(r"[)\]};]\Z")
"""A line that ends so is finished (Cody's rule)."""
LEAST_CHARACTERS = 10
"""A document with fewer characters says nothing about what comes next (Copilot's figure)."""
LONGEST_LINE = 2_000
"""Longer lines are generated or minified."""


def reason_to_skip(snapshot: Snapshot, position: Position, *, is_explicit: bool) -> Skip | None:
    """Return why no completion is asked for at `position`; None: ask."""
    place = clamp(snapshot.lines, position)
    line = snapshot.lines[place.line]
    if len(line) > LONGEST_LINE:
        return Skip(f"The line is longer than {LONGEST_LINE} characters.")
    is_indented = language_of(snapshot.language).is_indented
    if is_indented and line.strip() and place.column < len(line) - len(line.lstrip()):
        return Skip("The cursor is within the white space that a line begins with.")
    if is_explicit:
        return None
    hole = Hole.at(snapshot, position)
    if not REST_OF_LINE.fullmatch(hole.tail):
        return Skip("The cursor is in the middle of a line; ask for a completion explicitly there.")
    if FINISHED.search(hole.head) and not hole.is_blank and not hole.is_block:
        return Skip("The statement before the cursor is finished.")
    if not _has_context(snapshot):
        return Skip(f"The file holds fewer than {LEAST_CHARACTERS} characters.")
    if hole.is_blank and hole.place != "code":
        return Skip(f"The cursor is on an empty line of a {hole.place}.")
    return None


def _has_context(snapshot: Snapshot) -> bool:
    seen = 0
    for line in islice(snapshot.lines, 500):
        seen += len(line.strip())
        if seen >= LEAST_CHARACTERS:
            return True
    return False
