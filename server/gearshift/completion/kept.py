"""Whether the lines of accepted suggestions are still there a while later: counts, never text."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gearshift.core.kept import ACCEPTED_LINES, AGES, kept, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gearshift.core.clock import Clock

MOST_LINES = 200_000
"""Lines of documents held in all, as references (1.6 MB); beyond, the oldest are let go."""


class Timer(Protocol):
    """What `asyncio` gives for a call that comes later."""

    def cancel(self) -> None:
        """Do not make it."""
        ...


@dataclass(eq=False, slots=True)
class _Accepted:
    uri: str
    lines: tuple[str, ...]
    """The whole document as it was then."""
    first: int
    last: int
    at: float
    n_looks: int = 0

    @property
    def due(self) -> float:
        return self.at + AGES[self.n_looks]


class KeptLines:
    """Watches what was accepted until it is ten minutes old; at rest it holds no timer."""

    def __init__(
        self,
        clock: Clock,
        lines_of: Callable[[str], Sequence[str] | None],
        count: Callable[[str, int], None],
        call_later: Callable[[float, Callable[[], None]], Timer] | None = None,
    ) -> None:
        """`lines_of` returns an open document's lines as they are now, None for another."""
        self._clock = clock
        self._lines_of = lines_of
        self._count = count
        self._call_later = call_later
        self._watched: list[_Accepted] = []
        self._timer: Timer | None = None

    def accepted(self, uri: str, lines: tuple[str, ...], first: int, last: int) -> None:
        """Watch the lines from `first` to `last` of a document, which were just accepted."""
        n_lines = sum(1 for line in lines[first : last + 1] if line.strip())
        if not n_lines:
            return
        self._count(ACCEPTED_LINES, n_lines)
        self._watched.append(_Accepted(uri, lines, first, last, self._clock.monotonic()))
        while len(self._watched) > 1 and sum(len(a.lines) for a in self._watched) > MOST_LINES:
            del self._watched[0]
        self._plan()

    def forget(self, uri: str) -> None:
        """Look no more at a document that was closed: nobody knows what becomes of it."""
        self._watched = [each for each in self._watched if each.uri != uri]
        self._plan()

    def close(self) -> None:
        """Look at nothing any more."""
        self._watched.clear()
        self._plan()

    def look(self) -> None:
        """Count what is due."""
        now = self._clock.monotonic()
        for each in [a for a in self._watched if a.due <= now]:
            self._look_at(each, now)
        self._plan()

    def _look_at(self, each: _Accepted, now: float) -> None:
        lines = self._lines_of(each.uri)
        if lines is None:
            self._watched.remove(each)
            return
        n_lines, n_kept = survivors(each.lines, each.first, each.last, lines)
        while each.due <= now:
            age = AGES[each.n_looks]
            self._count(watched(age), n_lines)
            self._count(kept(age), n_kept)
            each.n_looks += 1
            if each.n_looks == len(AGES):
                self._watched.remove(each)
                return

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._watched:
            wait = min(each.due for each in self._watched) - self._clock.monotonic()
            call_later = self._call_later or asyncio.get_running_loop().call_later
            self._timer = call_later(max(wait, 0.0), self.look)


def survivors(before: Sequence[str], first: int, last: int, now: Sequence[str]) -> tuple[int, int]:
    """Return how many of the lines `first` to `last` say something, and how many `now` has.

    Lines outside of what changed are there; among the changed ones a line is there if an equal
    one is, whatever its indentation.
    """
    head = _shared(before, now, 0)
    tail = _shared(before, now, head, is_from_end=True)
    end = len(before) - tail
    changed = Counter(line.strip() for line in now[head : len(now) - tail])
    n_lines = n_kept = 0
    for number in range(first, last + 1):
        text = before[number].strip()
        if not text:
            continue
        n_lines += 1
        if number < head or number >= end:
            n_kept += 1
        elif changed[text]:
            changed[text] -= 1
            n_kept += 1
    return n_lines, n_kept


def _shared(
    one: Sequence[str], other: Sequence[str], taken: int, *, is_from_end: bool = False
) -> int:
    """Return how many lines are alike from one end on, `taken` of the other end left out."""
    most = min(len(one), len(other)) - taken
    for n in range(most):
        place = -1 - n if is_from_end else n
        if one[place] != other[place]:
            return n
    return most
