"""The part of a long document around a place, so that parsing on a keystroke stays cheap."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gearshift.core.document import Snapshot
from gearshift.core.text import Position, clamp
from gearshift.languages import Language, language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

EXCERPT_LINES = 400
"""Parsed in about 2 ms; what surrounds a cursor syntactically is seldom longer."""

INDENTED_STARTS = (
    re.compile(
        r"@\w|(?:async\s+)?def\s+\w+\s*[\[(]|class\s+\w+\s*[\[(:]|import\s+[\w.]+\s*(?:,|as\s|$)"
        r"|from\s+[\w.]+\s+import\b"
    ),
    re.compile(r"\w+(?:\s*(?:=|:)|\()"),
)
"""The first line of a statement at the margin, the surest first: prose in a long string often looks
like an assignment or a call, seldom like a definition."""
DEFINING = ("def ", "class ", "async ", "@")
INDENTED_DEFINITION = re.compile(r"([ \t]+)(?:@\w|(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:])")
"""A definition inside another one. The grammar takes a text that begins with it; one that begins
anywhere else in a long class is parsed with errors throughout, ten times as slowly."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Whole lines of a document, as a document of their own."""

    snapshot: Snapshot
    position: Position
    """The place in the excerpt."""
    first_line: int
    """The excerpt's first line in the document."""


def excerpt(snapshot: Snapshot, position: Position, limit: int = EXCERPT_LINES) -> Excerpt:
    """Return at most `limit` lines around `position`, cut where a definition begins."""
    place = clamp(snapshot.lines, position)
    lines = snapshot.lines
    if len(lines) <= limit:
        return Excerpt(snapshot, place, 0)
    low = max(0, place.line - limit * 3 // 4)
    high = min(len(lines), low + limit)
    language = language_of(snapshot.language)
    above = range(low, place.line) if low else range(0)
    below = range(high - 1, place.line, -1) if high < len(lines) else range(0)
    first = _cut(language, lines, above, low)
    last = _cut(language, lines, below, high)
    part = replace(snapshot, uri=f"{snapshot.uri}#{first}", lines=lines[first:last])
    return Excerpt(part, Position(place.line - first, place.column), first)


def _cut(language: Language, lines: Sequence[str], candidates: range, otherwise: int) -> int:
    """Return the first of `candidates` at which one of the outermost definitions there begins."""
    starts = INDENTED_STARTS if language.is_indented else (None,)
    for start in starts:
        for number in candidates:
            if _begins(language, lines[number], start):
                return number
    if not language.is_indented:
        return otherwise
    likely = (n for n in candidates if lines[n].lstrip(" \t").startswith(DEFINING))
    found = ((n, INDENTED_DEFINITION.match(lines[n])) for n in likely)
    depths = [(len(match[1].expandtabs(4)), n) for n, match in found if match]
    least = min((depth for depth, _ in depths), default=0)
    return next((n for depth, n in depths if depth == least), otherwise)


def _begins(language: Language, line: str, start: re.Pattern[str] | None) -> bool:
    if line[:1].isspace() or language.middle.match(line):
        return False
    if start is not None:
        return start.match(line) is not None
    return line[:1].isalpha() or line[:1] in {"@", "_"}
