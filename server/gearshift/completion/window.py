"""The text before and after the cursor that fits a budget, cut so that it stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.document import Snapshot

CHARACTERS_PER_TOKEN = 3.6
"""As `core.model.estimate_tokens` counts."""
STEPS = ((600, 8), (3_000, 16), (12_000, 32))
"""Characters of a window, and the number of lines by which its beginning moves. A model server
re-uses what it has read up to the first changed token, so the beginning must not move with every
line typed."""
LARGEST_STEP = 64


def prefix_window(lines: Sequence[str], head: str, characters: int, end: int | None = None) -> str:
    """Return the end of `lines` plus `head`, at most about `characters` long, from a line start.

    `end`: how many of the lines are meant; None: all. The others are not touched.
    """
    end = len(lines) if end is None else end
    above = _above(lines, end, characters - len(head), _step(characters))
    return above.text + head[-characters:]


def suffix_window(lines: Sequence[str], characters: int, start: int = 0) -> str:
    """Return `lines` from number `start` on, at most `characters` long, in whole lines."""
    left, end = characters, start
    while end < len(lines) and (left := left - len(lines[end])) >= 0:
        end += 1
    return "".join(lines[start:end])


@dataclass
class Windows:
    """The windows around a line on which someone types: cut anew only when they change."""

    _rest: tuple[int, object] | None = None
    """That of the document for which they hold."""
    _above: Above | None = None
    _below: tuple[int, str] | None = None

    def prefix(self, snapshot: Snapshot, line: int, head: str, characters: int) -> str:
        """As `prefix_window` of the lines before number `line`."""
        self._look(snapshot, line)
        known, room, step = self._above, characters - len(head), _step(characters)
        if known is None or step != known.step or not known.least <= room < known.less_than:
            self._above = known = _above(snapshot.lines, line, room, step)
        return known.text + head[-characters:]

    def suffix(self, snapshot: Snapshot, line: int, characters: int) -> str:
        """As `suffix_window` of the lines after number `line`."""
        self._look(snapshot, line)
        if self._below is None or self._below[0] != characters:
            self._below = characters, suffix_window(snapshot.lines, characters, line + 1)
        return self._below[1]

    def _look(self, snapshot: Snapshot, line: int) -> None:
        """Forget what is not known to hold for a document."""
        if not snapshot.is_same_but_for(line, self._rest):
            self._above = self._below = None
            self._rest = snapshot.rest


class Above(NamedTuple):
    """A window of whole lines, and the room for which it is the right one."""

    text: str
    step: int
    least: int
    """In characters."""
    less_than: float


def _above(lines: Sequence[str], end: int, room: int, step: int) -> Above:
    used, start = 0, end
    while start and used + len(lines[start - 1]) <= room:
        start -= 1
        used += len(lines[start])
    less_than = used + len(lines[start - 1]) if start else float("inf")
    least = used if start < end else -(1 << 62)
    if start:
        rounded = -(-start // step) * step
        start = rounded if rounded < end else start
    return Above("".join(lines[start:end]), step, least, less_than)


def _step(characters: int) -> int:
    return next((step for limit, step in STEPS if characters <= limit), LARGEST_STEP)
