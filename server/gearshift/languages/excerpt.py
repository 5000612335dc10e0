"""The part of a long document around a place, so that parsing on a keystroke stays cheap."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gearshift.core.document import Snapshot
from gearshift.core.text import Position, clamp
from gearshift.languages import Language, language_of

EXCERPT_LINES = 400
"""Parsed in about 2 ms; what surrounds a cursor syntactically is seldom longer."""

INDENTED_START = re.compile(r"@|(?:def|class|async|import|from)\s|\w+\s*(?:=|:|\()")
"""The first line of a statement at the margin; prose in a long string seldom looks like one."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole lines of a document, as a document of their own."""

    snapshot: Snapshot
    position: Position
    """The place in the excerpt."""
    first_line: int
    """The excerpt's first line in the document."""


def excerpt(snapshot: Snapshot, position: Position, limit: int = EXCERPT_LINES) -> Excerpt:
    """Return at most `limit` lines around `position`, cut where a line begins at column 0."""
    place = clamp(snapshot.lines, position)
    lines = snapshot.lines
    if len(lines) <= limit:
        return Excerpt(snapshot, place, 0)
    low = max(0, place.line - limit * 3 // 4)
    high = min(len(lines), low + limit)
    language = language_of(snapshot.language)
    above = range(low, place.line) if low else range(0)
    below = range(high - 1, place.line, -1) if high < len(lines) else range(0)
    first = next((n for n in above if _begins_definition(language, lines[n])), low)
    last = next((n for n in below if _begins_definition(language, lines[n])), high)
    part = replace(snapshot, uri=f"{snapshot.uri}#{first}", lines=lines[first:last])
    return Excerpt(part, Position(place.line - first, place.column), first)


def _begins_definition(language: Language, line: str) -> bool:
    if line[:1].isspace() or language.middle.match(line):
        return False
    if language.is_indented:
        return bool(INDENTED_START.match(line))
    return line[:1].isalpha() or line[:1] in {"@", "_"}
