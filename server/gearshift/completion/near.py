"""The few lines around a hole that tell whether a text fits, so that checking it stays cheap."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from gearshift.completion.indentation import leading, spaces, width
from gearshift.languages.brackets import CLOSERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.completion.around import Around
    from gearshift.completion.hole import Hole

SCOPE_LINES = 30
"""Lines around the cursor that are parsed for each candidate, about 0.15 ms with Python's own
parser."""
WIDER_LINES = 64
"""Where those can't tell, because they are cut badly or something else there is broken: in a tenth
of the time that the whole excerpt takes."""
CLOSE_LINES = 8
"""Where the document is broken next to the cursor's lines and nothing larger can tell."""
REACH = 60
"""How far below the cursor a statement is looked for at which the lines may be cut."""
HEADER = "if 1:\n"
"""What a part that begins indented is parsed under."""
DEFINITION = re.compile(r"\s*(?:@|(?:async\s+)?def\b|class\b)")
LONG_QUOTES = ('"""', "'''")


def lines_near(hole: Hole, limit: int = SCOPE_LINES) -> tuple[str, str] | None:
    """Return the lines above and below the hole's in the outermost block of at most `limit` lines.

    In a block that is too long, and at the margin, they are those of the statements next to the
    cursor's. They keep their indentation and get a header of their own.
    """
    is_decorator = (hole.head + hole.tail).lstrip().startswith("@")
    return _near(hole.around, hole.level, hole.unit, limit, is_decorator)


@lru_cache(maxsize=8)
def _near(
    around: Around, indent: int, unit: str, limit: int, is_decorator: bool
) -> tuple[str, str] | None:
    """Return the lines above and below that belong to it, for all that is typed on a line."""
    found = _Margin(around, indent, unit, limit, is_decorator=is_decorator).block()
    if found is None:
        return None
    start, end = found
    lines, row = around.lines, around.row
    is_indented = width(lines[start]) if start < row else indent
    # A statement of that block, so that one at another column does not pass for the first of it.
    column = leading(lines[start]) if start < row else spaces(indent, unit)
    opening = f"{HEADER}{column}pass\n" if is_indented else ""
    return opening + "".join(lines[start:row]), "".join(lines[row + 1 : end])


class _Margin:
    """How far the lines near a line are indented; what stands on itself is not looked at."""

    def __init__(
        self, around: Around, indent: int, unit: str, limit: int, *, is_decorator: bool
    ) -> None:
        """`is_decorator`: whether the line itself is one, whose definition must not be cut off."""
        self._around = around
        self._indent = indent
        self._unit = unit
        self._lines = around.lines
        self._row = around.row
        self._limit = limit
        self._is_decorator = is_decorator
        self._low = max(0, self._row - limit)
        self._high = min(len(self._lines), self._row + max(REACH, limit))
        self._columns: dict[int, int | None] = {}

    def block(self) -> tuple[int, int] | None:
        """Return the first line of what tells and the line after it; None: nothing small does."""
        chosen: tuple[int, int] | None = None
        at, indent = self._row, self._indent
        if not indent:
            return self._neighbours(None, self._end_of_block(-1), 0)
        while indent > 0:
            header, level = self._header_above(at, indent), indent
            if header is None and not self._low:
                break
            if header is not None:
                at, indent = header, self._column(header) or 0
            end = self._end_of_block(indent if header is not None else indent - 1)
            if header is None or end is None or end - header > self._limit:
                return chosen or self._neighbours(header, end, level)
            is_middle = self._around.language.middle.search(self._lines[at])
            if not is_middle and not is_cut_string(self._lines[at : self._row]):
                chosen = at, end
        return chosen

    def _column(self, number: int) -> int | None:
        """Return how far a line is indented; None: nothing stands on it."""
        if number not in self._columns:
            line = self._lines[number]
            self._columns[number] = width(line, self._unit) if line.strip() else None
        return self._columns[number]

    def _header_above(self, at: int, indent: int) -> int | None:
        for number in range(at - 1, self._low - 1, -1):
            column = self._column(number)
            if column is not None and column < indent:
                return number
        return None

    def _end_of_block(self, indent: int) -> int | None:
        """Return the line after the block, a line that closes its bracket included; None: far."""
        for number in range(self._row + 1, self._high):
            column = self._column(number)
            if column is not None and column <= indent:
                return number + (self._lines[number].lstrip()[:1] in CLOSERS)
        return self._high if self._high == len(self._lines) else None

    def _neighbours(
        self, header: int | None, end: int | None, level: int
    ) -> tuple[int, int] | None:
        """Return the statements next to the one at column `level` that the cursor is in.

        What looks like the beginning of a statement and is none leaves errors, and a larger part
        tells.
        """
        row = self._row
        begins = partial(self._begins, level)
        start = self._first(0 if header is None else header + 1, level)
        if start is None:
            return None
        far = self._high if end is None else min(end, self._high)
        near = min(far, row + self._limit // 2)
        below = filter(begins, (*range(near - 1, row, -1), *range(near, far)))
        last = (number for number in below if not self._is_decorated(number))
        stop = next(last, end if end == far else None)
        if stop is None or self._around.begins_in_brackets(start):
            return None  # each line of a long list would pass for a statement
        return start, stop

    def _first(self, top: int, level: int) -> int | None:
        """Return the line, from `top` on, that the part begins at; None: it is out of reach."""
        row = self._row
        above = next((n for n in range(row - 1, self._low - 1, -1) if self._lines[n].strip()), row)
        # What is put in may go on with the deeper block above: the header of that tells.
        is_deeper = above < row and (self._column(above) or 0) > level
        reach = range(max(top, row - (self._limit if is_deeper else self._limit // 2), 0), row)
        starts = filter(partial(self._begins, level), reversed(reach) if is_deeper else reach)
        whole = (n for n in starts if not is_cut_string(self._lines[n:row]))
        return next(whole, None if is_deeper else row)

    def _begins(self, level: int, number: int) -> bool:
        """Whether a statement at column `level` seems to begin on a line."""
        line, language = self._lines[number], self._around.language
        if self._column(number) != level or language.middle.search(line):
            return False
        return not (language.line_comment and line.lstrip().startswith(language.line_comment))

    def _is_decorated(self, number: int) -> bool:
        """Whether a definition begins on a line that the one above it belongs to."""
        if DEFINITION.match(self._lines[number]) is None:
            return False
        mark = self._around.language.line_comment
        between = map(str.strip, reversed(self._lines[self._row + 1 : number]))
        code = (line for line in between if line and not (mark and line.startswith(mark)))
        above = next(code, None)
        return self._is_decorator if above is None else above.startswith("@")


def is_cut_string(lines: Sequence[str]) -> bool:
    """Whether a long string ends in `lines` that begins above them, as a docstring may."""
    text = "".join(lines)
    return any(text.count(quote) % 2 for quote in LONG_QUOTES)
