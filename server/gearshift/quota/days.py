"""Use by day: sums of the ledger between local midnights."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from gearshift.quota.entry import Counts

if TYPE_CHECKING:
    from gearshift.quota.book import Book


class Day(NamedTuple):
    """What was used on one day, free models included."""

    date: str
    """Local date, `2026-11-21`."""
    counts: Counts


def read_days(book: Book, now: float, n: int) -> tuple[Day, ...]:
    """Return the last `n` days as of `now` (Unix time), the oldest first and today last."""
    year, month, day = time.localtime(now)[:3]
    # mktime carries days below 1 over into the month before, and knows days of 23 and 25 hours.
    starts = [time.mktime((year, month, day - k, 0, 0, 0, 0, 0, -1)) for k in range(n)]
    found: list[Day] = []
    later = Counts()
    for start in starts:
        since = _since(book, start)
        found.append(Day(time.strftime("%Y-%m-%d", time.localtime(start)), since - later))
        later = since
    return tuple(reversed(found))


def _since(book: Book, start: float) -> Counts:
    before = start - 0.001  # sums are of what is later than a moment, in whole milliseconds
    return book.counts(before) + book.counts(before, is_metered=False)
