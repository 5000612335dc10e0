"""The clock port: time is injected, so tests own it."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Two readings: wall time for people and ledgers, monotonic time for durations."""

    def time(self) -> float:
        """Return Unix time in seconds."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...


class SystemClock:
    """The machine's own clock."""

    def time(self) -> float:
        """Return Unix time in seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


def moment(at: float, now: float) -> str:
    """Return a Unix time in words, local time; with the date unless it is within a day of `now`."""
    form = "%H:%M" if abs(at - now) < 86_400 else "%Y-%m-%d %H:%M"
    return time.strftime(form, time.localtime(at))
