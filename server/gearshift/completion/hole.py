"""The place to complete: the text around it, its line, and whether a block or a line belongs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gearshift.completion.around import Around, around
from gearshift.completion.indentation import leading, width
from gearshift.core.document import Snapshot
from gearshift.core.text import Position, clamp, line_body
from gearshift.languages.bound_lines import can_bind_unseen
from gearshift.languages.brackets import scan
from gearshift.languages.syntax import Excerpt, opens_empty_block, place_of

if TYPE_CHECKING:
    import tree_sitter

    from gearshift.completion.outside import Outside
    from gearshift.completion.rows import Rows
    from gearshift.languages import Language
    from gearshift.languages.brackets import Scan

PLAIN = re.compile(r"[\w\s.,:;=+*()\[\]{}<>&|!?@-]*")
"""What no string and no comment begins in, but for comments that the language's facts name."""
CLOSED = re.compile(
    rf"""(?:{PLAIN.pattern[:-1]}|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")*(?<!['"])"""
)
"""The same with strings of Python that end; with a quote at its end one of three may just begin."""


@dataclass(frozen=True)
class Hole:
    """Everything the engine asks about one cursor; syntax is read from an excerpt around it."""

    snapshot: Snapshot
    position: Position
    around: Around
    is_suffix_seen: bool = False
    """Whether the model is shown what follows, so that it knows where to end on an empty line."""

    @classmethod
    def at(cls, snapshot: Snapshot, position: Position, *, is_suffix_seen: bool = False) -> Hole:
        """Return the hole at `position`, moved to the nearest place that exists."""
        place = clamp(snapshot.lines, position)
        return cls(snapshot, place, around(snapshot, place), is_suffix_seen)

    @cached_property
    def language(self) -> Language:
        """The document's language."""
        return self.around.language

    @cached_property
    def excerpt(self) -> Excerpt:
        """The part of the document that is parsed."""
        return self.around.excerpt(self.snapshot, self.position)

    @cached_property
    def head(self) -> str:
        """The cursor's line up to the cursor."""
        return self.snapshot.lines[self.position.line][: self.position.column]

    @cached_property
    def tail(self) -> str:
        """The cursor's line from the cursor on, without its ending."""
        return line_body(self.snapshot.lines[self.position.line])[self.position.column :]

    @cached_property
    def rest(self) -> str:
        """The cursor's line from the cursor on, with its ending."""
        return self.snapshot.lines[self.position.line][self.position.column :]

    @cached_property
    def line(self) -> Scan:
        """What is open at the end of the cursor's line as it stands."""
        return scan(self.language, self.head + self.tail)

    @cached_property
    def before(self) -> str:
        """The excerpt's text before the cursor."""
        return self.around.text_above + self.head

    @cached_property
    def after(self) -> str:
        """The excerpt's text after the cursor."""
        return self.rest + self.around.text_below

    @cached_property
    def outside(self) -> Outside:
        """The document without the excerpt."""
        return self.around.outside(self.snapshot)

    @property
    def can_bind_unseen(self) -> bool:
        """Whether the document may bind names in ways that it does not show."""
        is_elsewhere = self.around.can_bind_unseen or self.outside.can_bind_unseen
        return is_elsewhere or can_bind_unseen(f"{self.head}{self.tail}")

    @cached_property
    def rows(self) -> Rows | None:
        """Those around the cursor of a table that the excerpt may show in part only."""
        return self.around.rows(self.snapshot)

    @cached_property
    def unit(self) -> str:
        """One level of indentation in this document."""
        return self.around.unit(self.snapshot.lines[self.position.line])

    @cached_property
    def indent(self) -> int:
        """The cursor's line's indentation, in columns."""
        return self.columns(self.head)

    @cached_property
    def level(self) -> int:
        """The column that no line put in may stand left of, or what stands below is cut off.

        On an empty line it is that of the statement below, if that is deeper than the cursor.
        """
        if not self.is_blank or self.tail.strip() or self.rows is not None:
            return self.indent
        return max(self.indent, self.columns(self.around.statement_below))

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
        if self.tail.strip():
            return False
        if not self.is_blank:
            return opens_empty_block(self.language, self.head, self.line_below)
        is_end = self._follows_comment or self._ends_block
        return self.is_suffix_seen or is_end or self.around.expects_body

    @cached_property
    def place(self) -> str:
        """`code`, `comment` or `string`."""
        comment = self.language.line_comment
        pattern = CLOSED if self.language.is_indented else PLAIN
        is_plain = pattern.fullmatch(self.head) and not (comment and comment in self.head)
        if is_plain and self.around.begins_as_code:
            return "code"
        return place_of(self.excerpt.snapshot, self.excerpt.position)

    @cached_property
    def newline(self) -> str:
        """The line ending of this document."""
        first = self.snapshot.lines[0]
        return first[len(line_body(first)) :] or "\n"

    @property
    def line_above(self) -> str:
        """The nearest line above with something on it; empty if there is none."""
        return self.around.line_above

    @property
    def line_below(self) -> str:
        """The nearest line below with something on it; empty if there is none."""
        return self.around.line_below

    @property
    def lines_below(self) -> tuple[str, ...]:
        """The nearest lines below with something on them, as many as a reply may repeat."""
        return self.around.lines_below

    def tree_with(self, text: str) -> tuple[tree_sitter.Node, bytes, int] | None:
        """Return the excerpt's tree with `text` at the cursor, its source, and the byte where that
        begins; None: no grammar."""
        parsed = self.around.tree(f"{self.head}{text}{self.rest}")
        if parsed is None:
            return None
        root, source, start = parsed
        return root, source, start + len(self.head.encode("utf-8", "replace"))

    @property
    def expected_indent(self) -> int:
        """The indentation that the line above asks for, in columns."""
        above = self.line_above
        step = width("\t", self.unit) if self.language.opener.search(above) else 0
        return width(above, self.unit) + step

    def columns(self, line: str) -> int:
        """Return how far `line` is indented; what takes a while, the unit, matters to tabs only."""
        return width(line, self.unit) if "\t" in leading(line) else width(line)

    @property
    def _ends_block(self) -> bool:
        below = self.line_below
        return self.indent > 0 and (not below or self.columns(below) < self.indent)

    @property
    def _follows_comment(self) -> bool:
        mark = self.language.line_comment
        if not mark or self.position.line == 0:
            return False
        above = self.snapshot.lines[self.position.line - 1]
        return above.lstrip().startswith(mark) and self.columns(above) == self.indent
