"""How fast the user types, and how long to wait before a model is asked."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.core.clock import Clock

START_SECONDS = 0.075
"""Pause until the pace is known: where Cody ended up for hosted models."""
SHARE = 0.6
"""Of the usual time between two keys: long enough that a fast pair of keys asks once."""
LEAST_SECONDS, MOST_SECONDS = 0.05, 0.3
N_INTERVALS = 20
N_TO_KNOW = 3
"""Intervals from which the pace counts as known."""
SAME_BURST, THINKING = 0.01, 1.0
"""Seconds; edits closer together are one action, those further apart are no typing."""
BACK_OFF_KEYS = (2, 4, 8)
"""Keys to let pass after one, two, three and more misses in a row."""
BACK_OFF_SECONDS = 0.2
"""A pause as long as this ends the wait: the user looks up."""


class Pace:
    """Follows one user's typing; `clock` is asked for monotonic time only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._intervals: deque[float] = deque(maxlen=N_INTERVALS)
        self._last: float | None = None
        self._n_misses = 0
        self._n_keys = 0
        """Edits since the last miss."""

    def key(self) -> None:
        """Note an edit."""
        now = self._clock.monotonic()
        if self._last is not None and SAME_BURST <= now - self._last <= THINKING:
            self._intervals.append(now - self._last)
        self._last = now
        self._n_keys += 1

    def missed(self) -> None:
        """Note that what the user typed was not what a model had said."""
        self._n_misses += 1
        self._n_keys = 0

    def agreed(self) -> None:
        """Note that the user typed or accepted what a model had said."""
        self._n_misses = 0

    @property
    def n_misses(self) -> int:
        """How many misses there were in a row."""
        return self._n_misses

    @property
    def keys_to_wait(self) -> int:
        """How many more keys should be typed before an automatic request; 0: none."""
        if not self._n_misses:
            return 0
        wanted = BACK_OFF_KEYS[min(self._n_misses, len(BACK_OFF_KEYS)) - 1]
        return max(0, wanted - self._n_keys)

    def interval(self) -> float | None:
        """Return the usual time between two keys in seconds; None: not known yet."""
        if len(self._intervals) < N_TO_KNOW:
            return None
        return sorted(self._intervals)[len(self._intervals) // 2]

    def debounce(self, setting: float | None) -> float:
        """Return the seconds to wait before an automatic request; `setting` None: adaptive."""
        if setting is not None:
            return setting
        usual = self.interval()
        if usual is None:
            return START_SECONDS
        return min(max(SHARE * usual, LEAST_SECONDS), MOST_SECONDS)
