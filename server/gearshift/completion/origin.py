"""Where a suggestion began, found again in later versions by the lines around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.text import clamp, line_body
from gearshift.languages.brackets import CLOSERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.document import Snapshot
    from gearshift.core.text import Position

NEAR_LINES = 40
"""Lines compared on either side: about as far as a short prompt reaches. Comparing more would cost
time with every key press, and keep more lines of old versions in memory."""
AUTO_CLOSERS = CLOSERS | {'"', "'", "`", ">"}
"""What editors put behind the cursor by themselves when its partner is typed."""
MOST_AUTO_CLOSERS = 4


class Typed(NamedTuple):
    """What stands between an origin and a later cursor."""

    text: str
    """With `\\n` as line ending."""
    closers: str
    """What the editor closed by itself behind the cursor since."""


class Origin(NamedTuple):
    """A cursor and the text around it; line numbers are not compared, so edits far above do not
    matter."""

    uri: str
    above: tuple[str, ...]
    head: str
    """The line before the cursor."""
    tail: str
    """The line behind the cursor, without its ending."""
    below: tuple[str, ...]

    @classmethod
    def at(cls, snapshot: Snapshot, position: Position) -> Origin:
        """Return the origin at `position`."""
        place = clamp(snapshot.lines, position)
        line = line_body(snapshot.lines[place.line])
        return cls(
            snapshot.uri,
            _above(snapshot.lines, place.line),
            line[: place.column],
            line[place.column :],
            below(snapshot, place),
        )

    def typed(self, snapshot: Snapshot, position: Position, n_lines: int) -> Typed | None:
        """Return what was put in between here and `position`, at most `n_lines` line ends.

        None if anything else is different around, so that nothing follows for that place.
        """
        lines = snapshot.lines
        if position.line >= len(lines) or snapshot.uri != self.uri:
            return None
        last = lines[position.line]
        closers = self._closers(line_body(last)[position.column :])
        if closers is None or below(snapshot, position) != self.below:
            return None
        for start in range(position.line, max(-1, position.line - n_lines - 1), -1):
            first = lines[start] if start < position.line else last[: position.column]
            if not first.startswith(self.head) or not self.stands_below(lines, start):
                continue
            if start == position.line:
                return Typed(first[len(self.head) :], closers)
            between = map(line_body, lines[start + 1 : position.line])
            parts = [line_body(first)[len(self.head) :], *between, last[: position.column]]
            return Typed("\n".join(parts), closers)
        return None

    def _closers(self, tail: str) -> str | None:
        added = len(tail) - len(self.tail)
        if not 0 <= added <= MOST_AUTO_CLOSERS or not tail.endswith(self.tail):
            return None
        closers = tail[:added]
        return closers if AUTO_CLOSERS.issuperset(closers) else None

    def stands_below(self, lines: Sequence[str], line: int) -> bool:
        """Whether the lines above a line are those above the origin."""
        if self.above and (not line or lines[line - 1] != self.above[-1]):
            return False
        return _above(lines, line) == self.above


def below(snapshot: Snapshot, position: Position) -> tuple[str, ...]:
    """Return the lines near below `position`."""
    return tuple(snapshot.lines[position.line + 1 : position.line + 1 + NEAR_LINES])


def _above(lines: Sequence[str], line: int) -> tuple[str, ...]:
    return tuple(lines[max(0, line - NEAR_LINES) : line])
