"""The text with a completion put in, and how many syntax errors that leaves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from gearshift.completion.indentation import leading, width
from gearshift.completion.stop import CLOSING
from gearshift.languages.brackets import CLOSERS, scan
from gearshift.languages.syntax import Gap, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gearshift.completion.hole import Hole

SCOPE_LINES = 60
"""Lines around the cursor that are parsed for each candidate, about 0.3 ms with Python's own
parser."""
HEADER = "if 1:\n"
"""What a part that begins indented is parsed under."""
WHOLE_LINES = 1_500
"""Longest document that is parsed whole where its parts can't tell, about 25 ms in Python."""

TREE_LINES = 5_000
"""The same where a grammar is all there is: 25 ms once, a tenth of that after an edit."""


class Joined:
    """Counts errors in the smallest part of the document that can tell."""

    def __init__(self, hole: Hole) -> None:
        self._hole = hole
        self._made: list[Gap] = []
        self._unmade = self._all_parts()
        self._part = next(self._parts())

    @cached_property
    def errors_before(self) -> int:
        """Errors with nothing put in, counted in the smallest part that has none or, if all have
        some, in the smallest."""
        smallest = self._part
        for part in self._parts():
            if not part.errors():
                self._part = part
                return 0
            if self._is_sound_but_for_line(part):
                break  # a larger part would say the same of this line
        return smallest.errors()

    def errors(self, text: str) -> int:
        """Return the errors with `text` at the cursor.

        Where the line does not parse yet, a header whose body the user has yet to write is none.
        """
        hole = self._hole
        wrong = self._crossed(text) + self._stepping_out(text)
        count = self._part.errors(text)
        if count and not self.errors_before:
            count = self._part.errors(text)  # a part that can tell has been found by now
        last = text.rstrip().rpartition("\n")[2]
        is_header = hole.language.is_indented and last.endswith(":") and not hole.tail.strip()
        if count and is_header and self.errors_before:
            line = last if "\n" in text.rstrip() else hole.head + last
            body = " " * (width(line, hole.unit) + 1) + "pass"
            count = min(count, self._part.errors(f"{text.rstrip()}\n{body}"))
        return count + wrong

    def _stepping_out(self, text: str) -> int:
        """Return the lines that leave the cursor's block, which the part can't judge."""
        if not self._hole.language.is_indented:
            return 0
        return sum(
            bool(line.strip()) and width(line, self._hole.unit) < self._hole.indent
            for line in text.split("\n")[1:]
            if not CLOSING.match(line)
        )

    def _crossed(self, text: str) -> int:
        """Return the closers after the cursor that lose their partners by `text`."""
        head, tail, language = self._hole.head, self._hole.tail, self._hole.language
        if not CLOSERS.intersection(tail):
            return 0
        before = scan(language, head + tail).surplus
        return max(0, len(scan(language, head + text + tail).surplus) - len(before))

    def _is_sound_but_for_line(self, part: Gap) -> bool:
        """Whether only the cursor's line, which is being written, has errors."""
        hole = self._hole
        parses = hole.language.parses
        if parses is None or not hole.language.is_indented:
            return False
        above = part.before[: len(part.before) - len(hole.head)]
        below = part.after[len(hole.tail) :]
        return parses(f"{above}{leading(hole.head)}pass{below}")

    def _parts(self) -> Iterator[Gap]:
        yield from self._made
        for part in self._unmade:
            self._made.append(part)
            yield part

    def _all_parts(self) -> Iterator[Gap]:
        hole = self._hole
        if hole.language.is_indented and hole.place != "string":
            scope = _scope(hole)
            if scope is not None:
                yield Gap(hole.language, *scope)
        yield self._excerpt()
        whole = hole.snapshot
        most = TREE_LINES if hole.language.parses is None else WHOLE_LINES
        if len(hole.excerpt.snapshot.lines) < len(whole.lines) <= most:
            tree = tree_of(whole) if hole.language.parses is None else None
            before, after = whole.before(hole.position), whole.after(hole.position)
            yield Gap(hole.language, before, after, tree.tree if tree else None)

    def _excerpt(self) -> Gap:
        """Return the excerpt; one that begins within a block gets a header of its own."""
        hole = self._hole
        first = next((line for line in hole.excerpt.snapshot.lines if line.strip()), "")
        if hole.language.is_indented and width(first):
            return Gap(hole.language, HEADER + hole.before, hole.after)
        tree = tree_of(hole.excerpt.snapshot)
        return Gap(hole.language, hole.before, hole.after, tree.tree if tree else None)


def _scope(hole: Hole) -> tuple[str, str] | None:
    """Return the text around the cursor in the outermost block that is not too long, or of it.

    It keeps its indentation and gets a header of its own. At the margin there is no such block:
    what stands before and after belongs together there (`if`, `else`).
    """
    inner = hole.excerpt
    lines, row, column = inner.snapshot.lines, inner.position.line, inner.position.column
    chosen: tuple[int, int] | None = None
    at, indent = row, hole.indent
    while indent > 0:
        header = _header_above(lines, at, indent, hole.unit)
        if header is None:
            break
        at, indent = header, width(lines[header], hole.unit)
        end = _block_end(lines, row, indent, hole.unit)
        if end - at > SCOPE_LINES:
            chosen = chosen or _neighbours(hole, at, end)
            break
        if not hole.language.middle.search(lines[at]):
            chosen = at, end
    if chosen is None:
        return None
    start, end = chosen
    opening = HEADER if width(lines[start]) else ""
    before = opening + "".join(lines[start:row]) + lines[row][:column]
    return before, lines[row][column:] + "".join(lines[row + 1 : end])


def _neighbours(hole: Hole, above: int, end: int) -> tuple[int, int] | None:
    """Return the statements next to the cursor's, of a block that is too long to be parsed whole.

    What looks like the beginning of a statement and is none leaves errors, and a larger part tells.
    """
    lines, row = hole.excerpt.snapshot.lines, hole.excerpt.position.line

    def begins(number: int) -> bool:
        line = lines[number]
        is_level = bool(line.strip()) and width(line, hole.unit) == hole.indent
        return is_level and not hole.language.middle.search(line)

    first = range(max(above + 1, row - SCOPE_LINES // 2), row)
    last = range(min(end - 1, row + SCOPE_LINES // 2), row, -1)
    start = next(filter(begins, first), None)
    stop = next(filter(begins, last), None)
    return None if start is None or stop is None else (start, stop)


def _header_above(lines: Sequence[str], at: int, indent: int, unit: str) -> int | None:
    return next(
        (n for n in range(at - 1, -1, -1) if lines[n].strip() and width(lines[n], unit) < indent),
        None,
    )


def _block_end(lines: Sequence[str], at: int, indent: int, unit: str) -> int:
    """Return the line after the block, a line that closes its bracket included."""
    below = range(at + 1, len(lines))
    end = next(
        (n for n in below if lines[n].strip() and width(lines[n], unit) <= indent), len(lines)
    )
    return end + (end < len(lines) and lines[end].lstrip()[:1] in CLOSERS)
