"""Places as a command line names them: FILE:LINE:COL and FILE[:LINE[-LINE]], counted from 1."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.errors import SettingsError
from gearshift.core.text import Position, Range, line_body

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot

_POINT = re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+)\Z", re.DOTALL)
_LINES = re.compile(r"(?P<file>.+?):(?P<first>\d+)(?:-(?P<last>\d+))?\Z", re.DOTALL)

Lines = tuple[int, int]
"""First and last line, from 1; equal where one line was named."""


def point(text: str) -> tuple[Path, Position]:
    """Return the file and the place of FILE:LINE:COL. Raises SettingsError for another form."""
    found = _POINT.match(text)
    line, column = (int(found["line"]), int(found["column"])) if found else (0, 0)
    if found is None or line < 1 or column < 1:
        raise SettingsError(f"`{text}` is no place: write FILE:LINE:COL, both counted from 1.")
    return Path(found["file"]), Position(line - 1, column - 1)


def existing(snapshot: Snapshot, place: Position) -> Position:
    """Return a place of the file. Raises SettingsError for one that it does not have."""
    count = len(snapshot.lines)
    if place.line >= count:
        has = f"{count} line{'s' if count > 1 else ''}"
        raise SettingsError(f"{snapshot.name} has {has}, so there is no line {place.line + 1}.")
    length = len(line_body(snapshot.lines[place.line]))
    if place.column > length:
        raise SettingsError(
            f"Line {place.line + 1} of {snapshot.name} ends at column {length + 1}, so there is"
            f" no column {place.column + 1}."
        )
    return place


def lines(text: str) -> tuple[Path, Lines | None]:
    """Return the file and the lines of FILE[:LINE[-LINE]]; None for the whole file.

    Raises SettingsError for lines that can't be.
    """
    found = _LINES.match(text)
    if found is None or Path(text).exists():
        return Path(text), None
    first = int(found["first"])
    last = int(found["last"] or first)
    if not 1 <= first <= last:
        raise SettingsError(f"`{text}` has no such lines: write FILE:LINE-LINE, counted from 1.")
    return Path(found["file"]), (first, last)


def range_of(snapshot: Snapshot, named: Lines | None) -> Range:
    """Return the range of named lines; one line gives the place of its first character.

    Raises SettingsError for lines beyond the end of the file.
    """
    if named is None:
        return snapshot.whole
    first, last = named
    if last > len(snapshot.lines):
        count = len(snapshot.lines)
        raise SettingsError(f"{snapshot.name} has {count} lines, so there is no line {last}.")
    body = line_body(snapshot.lines[first - 1])
    # A symbol begins after its indentation, so the margin belongs to what is around it.
    start = Position(first - 1, len(body) - len(body.lstrip()))
    if first == last:
        return Range.at(start)
    return Range(start, Position(last - 1, len(line_body(snapshot.lines[last - 1]))))
