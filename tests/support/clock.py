"""A clock that tests set by hand."""

from __future__ import annotations


class ManualClock:
    """Stands still until it is moved; wall time can also be put back."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self._wall = now
        self._monotonic = 1000.0

    def time(self) -> float:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by."""
        self._wall += seconds
        self._monotonic += seconds

    def set_wall(self, now: float) -> None:
        """Set the wall clock, as a user or a time server does."""
        self._wall = now
