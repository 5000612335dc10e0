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
BACK_OFF_SECONDS, MOST_BACK_OFF_SECONDS = 0.2, 3.0
"""A pause as long as this ends the wait: the user looks up."""
PER_MISS, PER_HIT = 1.5, 0.8
"""How what the user made of a suggestion changes that pause; Copilot's, as the next two."""
N_ACTIONS = 10
DECAY_SECONDS = 600.0
"""After this an action has no weight any more."""


class Pace:
    """Follows one user's typing; `clock` is asked for monotonic time only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._intervals: deque[float] = deque(maxlen=N_INTERVALS)
        self._last: float | None = None
        self._n_misses = 0
        self._n_keys = 0
        """Edits since the last miss."""
        self._actions: deque[tuple[float, float]] = deque(maxlen=N_ACTIONS)
        """When, and by what the pause is multiplied."""
        self._answers: deque[float] = deque(maxlen=N_INTERVALS)

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
        self._actions.append((self._clock.monotonic(), PER_MISS))

    def agreed(self) -> None:
        """Note that the user typed or accepted what a model had said."""
        self._n_misses = 0
        self._actions.append((self._clock.monotonic(), PER_HIT))

    def answered(self, seconds: float) -> None:
        """Note how long a model took to begin its answer."""
        self._answers.append(seconds)

    @property
    def look_up_seconds(self) -> float:
        """How long a pause ends the wait after misses: longer, the less suggestions are used."""
        now, pause = self._clock.monotonic(), BACK_OFF_SECONDS
        for at, change in self._actions:
            pause *= change ** max(0.0, 1 - (now - at) / DECAY_SECONDS)
        return min(max(pause, BACK_OFF_SECONDS), MOST_BACK_OFF_SECONDS)

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
        return _median(self._intervals)

    def debounce(self, setting: float | None) -> float:
        """Return the seconds to wait before an automatic request; `setting` None: adaptive."""
        if setting is not None:
            return setting
        usual = self.interval()
        if usual is None:
            return START_SECONDS
        pause = min(max(SHARE * usual, LEAST_SECONDS), MOST_SECONDS)
        # Who waits for a slow model anyway need not wait for another key as long.
        return max(pause - _median(self._answers), LEAST_SECONDS)


def _median(values: deque[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0
