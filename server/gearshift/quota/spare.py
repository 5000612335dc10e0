"""The spare pages: what is written while the ledger's file can't be, merged into it later."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING

from gearshift.quota.entry import Counts, Entry
from gearshift.quota.windows import SECONDS

if TYPE_CHECKING:
    from gearshift.core.quota import PastShift
    from gearshift.core.suggestions import Decision
    from gearshift.settings.schema import WindowName

DECISIONS = 500
"""Decisions kept, here and in the file."""
SHIFTS = 200
"""Changes of gear kept, here and in the file."""
FILED = 1000
"""Latest rows of this process of which it is remembered what the file counts for them."""


class Spare:
    """Rows in memory, and what the file's windows held when they were last read."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Entry, Counts]] = {}
        self._known: dict[WindowName, Counts] = {}
        self._filed: dict[int, Counts] = {}
        self.read_at = 0.0
        """Unix time at which the file was last read; 0: never."""
        self.decisions: deque[Decision] = deque(maxlen=DECISIONS)
        self.shifts: deque[PastShift] = deque(maxlen=SHIFTS)
        self.counters: Counter[tuple[int, str]] = Counter()
        """Counts by day and name."""

    def __bool__(self) -> bool:
        return bool(self._rows or self.decisions or self.shifts or self.counters)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows, in the order of their ids."""
        return tuple(self._rows[number][0] for number in sorted(self._rows))

    def put(self, entry: Entry) -> None:
        """Write a row; what the file counts for it already is set against it."""
        self._rows[entry.id] = (entry, self._filed.get(entry.id, Counts()))

    def get(self, entry_id: int) -> Entry | None:
        """Return a row, or None."""
        row = self._rows.get(entry_id)
        return row[0] if row else None

    def remember(self, window: WindowName, counts: Counts, now: float) -> None:
        """Note what the file says of a window, for a time when it can't be asked."""
        self._known[window] = counts
        self.read_at = now

    def follow(self, entry: Entry) -> None:
        """Keep what is remembered in step with a row that was written to the file."""
        change = entry.counts - self._filed.pop(entry.id, Counts())
        self._filed[entry.id] = entry.counts
        if len(self._filed) > FILED:
            del self._filed[next(iter(self._filed))]
        if entry.is_metered:
            for window, counts in self._known.items():
                self._known[window] = counts + change

    def counts(self, window: WindowName, now: float) -> Counts | None:
        """Return the sums of a window without asking the file; None where it was never read."""
        if window not in self._known:
            return None
        return self._known[window] + self.own_counts(now - SECONDS[window])

    def own_counts(self, after: float) -> Counts:
        """Return what the rows here, later than `after`, add to the file's sums."""
        total = Counts()
        for entry, in_file in self._rows.values():
            if entry.is_metered and entry.at > after:
                total = total + entry.counts - in_file
        return total

    def clear(self) -> None:
        """Forget the rows: they are in the file now."""
        for entry in self.entries:
            self.follow(entry)
        self._rows.clear()
        self.decisions.clear()
        self.shifts.clear()
        self.counters.clear()
