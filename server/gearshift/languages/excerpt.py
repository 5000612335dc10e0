"""The part of a long document around a place, so that parsing on a keystroke stays cheap."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.text import Position, clamp
from gearshift.languages import Language, language_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.document import Snapshot

EXCERPT_LINES = 400
"""Parsed in about 2 ms; what surrounds a cursor syntactically is seldom longer."""

EXCERPT_CHARACTERS = 60_000
"""The same where lines are long: data in a line of its own can be megabytes."""

INDENTED_STARTS = (
    re.compile(
        r"@[\w.]+\s*(?:[(#]|$)|(?:async\s+)?def\s+\w+\s*[\[(]|class\s+\w+\s*[\[(:]|import\s+[\w.]+\s*(?:,|as\s|$)"
        r"|from\s+[\w.]+\s+import\b"
    ),
    re.compile(r"\w+(?:\s*(?:=|:)|\()"),
)
"""The first line of a statement at the margin, the surest first: prose in a long string often looks
like an assignment or a call, seldom like a definition."""
DEFINING = ("def ", "class ", "async ", "@")
INDENTED_DEFINITION = re.compile(
    r"([ \t]+)(?:@[\w.]+\s*(?:[(#]|$)|(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:])"
)
"""A definition inside another one. The grammar takes a text that begins with it; one that begins
anywhere else in a long class is parsed with errors throughout, ten times as slowly."""


class Excerpt(NamedTuple):
    """Whole lines of a document, as a document of their own."""

    snapshot: Snapshot
    position: Position
    """The place in the excerpt."""
    first_line: int
    """The excerpt's first line in the document."""
    is_loose: bool = False
    """Whether it begins or ends where no definition does, so perhaps within brackets."""


def excerpt(snapshot: Snapshot, position: Position, limit: int = EXCERPT_LINES) -> Excerpt:
    """Return at most `limit` lines around `position`, cut where a definition begins.

    The cursor's own line is always whole.
    """
    place = clamp(snapshot.lines, position)
    lines = snapshot.lines
    low = max(0, place.line - limit * 3 // 4) if len(lines) > limit else 0
    high = min(len(lines), low + limit)
    if sum(map(len, lines[low:high])) > EXCERPT_CHARACTERS:
        low, high = _narrowed(lines, place.line, low, high)
    if low == 0 and high == len(lines):
        return Excerpt(snapshot, place, 0)
    language = language_of(snapshot.language)
    above, below = lines[low : place.line], lines[place.line + 1 : high]
    begin = _cut(language, above) if low else 0
    end = _cut(language, below[::-1]) if high < len(lines) else None
    first = low + (begin or 0)
    last = high if end is None else high - 1 - end
    if end is not None:
        last = _above_decorators(language, lines, place.line, last)
        if last <= place.line:
            end, last = None, high
    part = replace(snapshot, uri=f"{snapshot.uri}#{first}", lines=lines[first:last])
    is_loose = begin is None or (end is None and high < len(lines))
    return Excerpt(part, Position(place.line - first, place.column), first, is_loose)


def _above_decorators(language: Language, lines: Sequence[str], first: int, end: int) -> int:
    """Return where the decorators begin, from line `first` on, of what begins at line `end`."""
    begin = end
    for number in range(end - 1, first - 1, -1):
        line = lines[number].lstrip()
        if line.startswith("@"):
            begin = number
        elif line and not (language.line_comment and line.startswith(language.line_comment)):
            break
    return begin


def _narrowed(lines: Sequence[str], line: int, low: int, high: int) -> tuple[int, int]:
    """Return the lines next to `line` that are not too long in all."""
    above, below = EXCERPT_CHARACTERS * 3 // 4, EXCERPT_CHARACTERS // 4
    first, last = line, line + 1
    while first > low and len(lines[first - 1]) <= above:
        first -= 1
        above -= len(lines[first])
    while last < high and len(lines[last]) <= below:
        below -= len(lines[last])
        last += 1
    return first, last


@lru_cache(maxsize=8)
def _cut(language: Language, lines: tuple[str, ...]) -> int | None:
    """Return the first of `lines` at which one of the outermost definitions there begins.

    While someone types on a line, those above and below stay the same objects: a look into the
    cache costs a tenth of a look at each line.
    """
    starts = [n for n, line in enumerate(lines) if not line[:1].isspace()]
    starts = [n for n in starts if not language.middle.match(lines[n])]
    if not language.is_indented:
        return next((n for n in starts if lines[n][:1].isalpha() or lines[n][:1] in "@_"), None)
    for pattern in INDENTED_STARTS:
        for number in starts:
            if pattern.match(lines[number]):
                return number
    likely = (n for n, line in enumerate(lines) if line.lstrip(" \t").startswith(DEFINING))
    found = ((n, INDENTED_DEFINITION.match(lines[n])) for n in likely)
    depths = [(len(match[1].expandtabs(4)), n) for n, match in found if match]
    least = min((depth for depth, _ in depths), default=0)
    return next((n for depth, n in depths if depth == least), None)
