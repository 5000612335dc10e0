"""What stands around the cursor's line: the same from key to key, so it is looked up once."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from gearshift.completion.indentation import indentations, unit_among
from gearshift.completion.outside import Outside, outside
from gearshift.completion.rows import Rows, rows_around
from gearshift.completion.window import Windows
from gearshift.core.text import Position, line_body
from gearshift.languages import language_of
from gearshift.languages.bound_lines import can_bind_unseen, may_be_bound
from gearshift.languages.brackets import scan
from gearshift.languages.syntax import (
    Excerpt,
    begins_in_brackets,
    body_expected,
    excerpt,
    place_of,
    with_line,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

    from gearshift.core.document import Snapshot
    from gearshift.languages import Language

MOST_LINES = 60
"""Lines of the longest reply that is asked for, about twice as many as its tokens fill."""
MOST_ABOVE = 300_000
"""Characters above an excerpt in which brackets are looked for, in about 15 ms."""
LONGEST_LINE = 2_000
"""Where a longer one is typed on, how much may be parsed around it changes with it."""
STATEMENT = "pass"
KEPT = 4


class Around:
    """The lines of an excerpt but the cursor's, of which it has what it was at first."""

    def __init__(self, cut: Excerpt, line_after: str = "") -> None:
        """`line_after`: the line below the excerpt, at which that was cut."""
        self.lines = cut.snapshot.lines
        """With what the cursor's line was at first."""
        self.row = row = cut.position.line
        self.above = self.lines[:row]
        self.below = self.lines[row + 1 :]
        self.language = language_of(cut.snapshot.language)
        self.text_above = "".join(self.above)
        self.text_below = "".join(self.below)
        self.is_loose = cut.is_loose
        """Whether the excerpt begins or ends where no definition does."""
        self._cut = cut
        self._line_after = line_after
        self._open_above: tuple[str | None] | None = None
        """None: not looked for yet."""
        self._rest: tuple[int, object] | None = None
        """That of the document as it was last seen."""
        self._names: dict[str, bool] = {}
        self._statement: tuple[str, tuple[tree_sitter.Node, bytes, int] | None] | None = None
        self._outside: tuple[tuple[int, object] | None, Outside] | None = None
        self.windows = Windows()
        """Those that prompts show."""

    def is_in(self, snapshot: Snapshot, line: int, n_lines: int) -> bool:
        """Whether this is what stands around a line of a document that had `n_lines`."""
        first = self._cut.first_line
        own = self._cut.snapshot
        if snapshot.is_same_but_for(line, self._rest):
            return True
        is_same = (
            first + self.row == line
            and len(snapshot.lines) == n_lines
            and own.language == snapshot.language
            and snapshot.lines[first:line] == self.above
            and snapshot.lines[line + 1 : line + 1 + len(self.below)] == self.below
        )
        if is_same:
            self._rest = snapshot.rest
        return is_same

    def excerpt(self, snapshot: Snapshot, place: Position) -> Excerpt:
        """Return the excerpt of a document that these lines stand in."""
        first, row = self._cut.first_line, self.row
        if row + 1 + len(self.below) == len(snapshot.lines):
            return Excerpt(snapshot, place, 0)
        lines = (*self.above, snapshot.lines[place.line], *self.below)
        part = replace(snapshot, uri=f"{snapshot.uri}#{first}", lines=lines)
        return Excerpt(part, Position(row, place.column), first)

    def outside(self, snapshot: Snapshot) -> Outside:
        """Return what a document that these lines stand in holds besides them and the cursor's."""
        first = self._cut.first_line
        known = self._outside
        if known is None or not snapshot.is_same_but_for(first + self.row, known[0]):
            last = first + len(self.lines)
            found = outside(snapshot.lines[:first], snapshot.lines[last:])
            self._outside = known = snapshot.rest, found
        return known[1]

    def begins_within(self, snapshot: Snapshot) -> bool:
        """Whether the excerpt begins within brackets or a string."""
        return self._brackets_above(snapshot) != ""

    def _brackets_above(self, snapshot: Snapshot) -> str | None:
        """Return the brackets that the excerpt begins in; None: a string, or too far to look."""
        if self._open_above is None:
            self._open_above = (_open_after(self.language, snapshot.lines[: self._cut.first_line]),)
        return self._open_above[0]

    def rows(self, snapshot: Snapshot) -> Rows | None:
        """Return the rows around the cursor's line of a table that may be in sight in part only.

        None: the excerpt shows it whole, or there is none.
        """
        if not self.is_loose or not self.language.is_indented:
            return None
        return _rows(self, self._brackets_above(snapshot))

    def unit(self, line: str) -> str:
        """Return one level of indentation where the cursor's line is `line`."""
        own = indentations((line,))
        return self._unit if own <= self._indentations else unit_among(self._indentations | own)

    @cached_property
    def _unit(self) -> str:
        return unit_among(self._indentations)

    @cached_property
    def _indentations(self) -> frozenset[str]:
        return indentations(self.above) | indentations(self.below)

    @cached_property
    def line_above(self) -> str:
        """The nearest line above with something on it; empty if there is none."""
        return next((line_body(line) for line in reversed(self.above) if line.strip()), "")

    @property
    def line_below(self) -> str:
        """The nearest line below with something on it; empty if there is none."""
        return self.lines_below[0] if self.lines_below else ""

    @cached_property
    def statement_below(self) -> str:
        """The line below that the next statement begins on, comments passed over.

        Empty if there is none, and within brackets, where any column will do.
        """
        mark = self.language.line_comment
        code = (line for line in self.lines_below if not (mark and line.lstrip().startswith(mark)))
        found = next(code, self._line_after)
        return "" if found and self.is_in_brackets else found

    @cached_property
    def lines_below(self) -> tuple[str, ...]:
        """The nearest lines below with something on them, as many as a reply may repeat."""
        return tuple(line_body(line) for line in islice(filter(str.strip, self.below), MOST_LINES))

    @cached_property
    def can_bind_unseen(self) -> bool:
        """Whether names may be bound in ways that the text does not show."""
        return can_bind_unseen(self.text_above) or can_bind_unseen(self.text_below)

    def may_bind(self, name: str) -> bool:
        """Whether some line looks as if it bound `name`; each name is looked for once."""
        if name not in self._names:
            above = may_be_bound(self.text_above, name)
            self._names[name] = above or may_be_bound(self.text_below, name)
        return self._names[name]

    @cached_property
    def expects_body(self) -> bool:
        """Whether a block belongs on the cursor's line if that is empty."""
        return body_expected(self._cut.snapshot, self.row)

    @cached_property
    def is_in_brackets(self) -> bool:
        """Whether a bracket that was opened above is still open at the cursor's line."""
        return self.begins_in_brackets(self.row)

    @cached_property
    def begins_as_code(self) -> bool:
        """Whether the cursor's line begins outside strings and comments."""
        return place_of(self._cut.snapshot, Position(self.row, 0)) == "code"

    def begins_in_brackets(self, row: int) -> bool:
        """Whether a bracket that was opened above a row of the excerpt is still open there."""
        return begins_in_brackets(self._cut.snapshot, row)

    def tree_with_statement(self, indent: str) -> tuple[tree_sitter.Node, bytes, int, int] | None:
        """Return the tree with a statement that says nothing as the cursor's line, its source, and
        where that line and the statement begin; None: no grammar.

        For all that is typed on the line it is the same. An empty line is no statement: the line
        below would be the cursor's.
        """
        if self._statement is None or self._statement[0] != indent:
            self._statement = indent, self.tree(f"{indent}{STATEMENT}\n")
        parsed = self._statement[1]
        return (*parsed, parsed[2] + len(indent)) if parsed is not None else None

    def tree(self, line: str) -> tuple[tree_sitter.Node, bytes, int] | None:
        """Return the tree with `line` as the cursor's, its source, and the byte where that begins.

        `line` has its ending, and may be several. None: no grammar.
        """
        return with_line(self._cut.snapshot, self.row, line)


_lately: deque[tuple[str, int, Around]] = deque(maxlen=KEPT)


def around(snapshot: Snapshot, place: Position) -> Around:
    """Return what stands around the line of `place`, which must exist."""
    for uri, n_lines, known in _lately:
        if uri == snapshot.uri and known.is_in(snapshot, place.line, n_lines):
            return known
    cut = excerpt(snapshot, place)
    made = Around(cut, _line_after(snapshot, cut))
    if len(snapshot.lines[place.line]) <= LONGEST_LINE:
        _lately.appendleft((snapshot.uri, len(snapshot.lines), made))
    return made


def _line_after(snapshot: Snapshot, cut: Excerpt) -> str:
    last = cut.first_line + len(cut.snapshot.lines)
    return next(filter(str.strip, snapshot.lines[last : last + MOST_LINES]), "")


def _open_after(language: Language, lines: Sequence[str]) -> str | None:
    """Return the brackets that are open below `lines`; None: a string, or too many to read."""
    if sum(map(len, lines)) > MOST_ABOVE:
        return None
    state = scan(language, "".join(lines))
    return None if state.quote or state.in_comment else state.open


@lru_cache(maxsize=KEPT)
def _rows(around: Around, open_above: str | None) -> Rows | None:
    return rows_around(around.language, open_above, around.lines, around.row)
