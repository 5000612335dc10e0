"""The place to complete: the text around it, its line, and whether a block or a line belongs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from gearshift.completion.indentation import leading, unit_of, width
from gearshift.completion.outside import Outside, outside
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, clamp, line_body
from gearshift.languages import Language, language_of
from gearshift.languages.syntax import Excerpt, block_expected, excerpt, place_of

MOST_LINES = 60
"""Lines of the longest reply that is asked for, about twice as many as its tokens fill."""


@dataclass(frozen=True)
class Hole:
    """Everything the engine asks about one cursor; syntax is read from an excerpt around it."""

    snapshot: Snapshot
    position: Position
    excerpt: Excerpt
    is_suffix_seen: bool = False
    """Whether the model is shown what follows, so that it knows where to end on an empty line."""

    @classmethod
    def at(cls, snapshot: Snapshot, position: Position, *, is_suffix_seen: bool = False) -> Hole:
        """Return the hole at `position`, moved to the nearest place that exists."""
        place = clamp(snapshot.lines, position)
        return cls(snapshot, place, excerpt(snapshot, place), is_suffix_seen)

    @property
    def language(self) -> Language:
        """The document's language."""
        return language_of(self.snapshot.language)

    @cached_property
    def head(self) -> str:
        """The cursor's line up to the cursor."""
        return self.snapshot.lines[self.position.line][: self.position.column]

    @cached_property
    def tail(self) -> str:
        """The cursor's line from the cursor on, without its ending."""
        return line_body(self.snapshot.lines[self.position.line])[self.position.column :]

    @cached_property
    def before(self) -> str:
        """The excerpt's text before the cursor."""
        return self.excerpt.snapshot.before(self.excerpt.position)

    @cached_property
    def after(self) -> str:
        """The excerpt's text after the cursor."""
        return self.excerpt.snapshot.after(self.excerpt.position)

    @cached_property
    def outside(self) -> Outside:
        """The document without the excerpt."""
        return outside(self.snapshot, self.excerpt)

    @cached_property
    def unit(self) -> str:
        """One level of indentation in this document."""
        return unit_of(self.excerpt.snapshot.lines, self.excerpt.position.line)

    @cached_property
    def indent(self) -> int:
        """The cursor's line's indentation, in columns."""
        return self._columns(self.head)

    @cached_property
    def is_blank(self) -> bool:
        """Whether nothing but white space stands before the cursor on its line."""
        return not self.head.strip()

    @cached_property
    def is_block(self) -> bool:
        """Whether several lines belong here.

        They do in the body of a header, below a comment, at the end of a block, and on any empty
        line for a model that sees what follows.
        """
        inner = self.excerpt
        if block_expected(inner.snapshot, inner.position):
            return True
        if not self.is_blank or self.tail.strip():
            return False
        return self.is_suffix_seen or self._follows_comment or self._ends_block

    @cached_property
    def place(self) -> str:
        """`code`, `comment` or `string`."""
        return place_of(self.excerpt.snapshot, self.excerpt.position)

    @cached_property
    def newline(self) -> str:
        """The line ending of this document."""
        first = self.snapshot.lines[0]
        return first[len(line_body(first)) :] or "\n"

    @cached_property
    def line_above(self) -> str:
        """The nearest line above with something on it; empty if there is none."""
        inner = self.excerpt
        above = reversed(inner.snapshot.lines[: inner.position.line])
        return next((line_body(line) for line in above if line.strip()), "")

    @cached_property
    def line_below(self) -> str:
        """The nearest line below with something on it; empty if there is none."""
        inner = self.excerpt
        below = inner.snapshot.lines[inner.position.line + 1 :]
        return next((line_body(line) for line in below if line.strip()), "")

    @cached_property
    def lines_below(self) -> tuple[str, ...]:
        """The nearest lines below with something on them, as many as a reply may repeat."""
        inner = self.excerpt
        below = inner.snapshot.lines[inner.position.line + 1 :]
        return tuple(line_body(line) for line in islice(filter(str.strip, below), MOST_LINES))

    @property
    def expected_indent(self) -> int:
        """The indentation that the line above asks for, in columns."""
        above = self.line_above
        step = width("\t", self.unit) if self.language.opener.search(above) else 0
        return width(above, self.unit) + step

    def _columns(self, line: str) -> int:
        """Return how far `line` is indented; what takes a while, the unit, matters to tabs only."""
        return width(line, self.unit) if "\t" in leading(line) else width(line)

    @property
    def _ends_block(self) -> bool:
        below = self.line_below
        return self.indent > 0 and (not below or self._columns(below) < self.indent)

    @property
    def _follows_comment(self) -> bool:
        mark = self.language.line_comment
        if not mark or self.position.line == 0:
            return False
        above = self.snapshot.lines[self.position.line - 1]
        return above.lstrip().startswith(mark) and self._columns(above) == self.indent
