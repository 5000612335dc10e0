"""The steps of a newcomer's path, and the patience of who waits for ghost text."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_SECONDS = 300.0
"""Longest wait for the first ghost text: a model has to be loaded."""
PATIENCE = 5.0
"""Seconds after which somebody who sees nothing types another key."""
AFTER = "the next one"
"""The step after the first ghost text."""
FIRST = "    return "
"""The line that is typed at the end of the file."""
NEXT = "    words = "
"""What is typed after the first ghost text, in place of its line."""


class Steps:
    """The seconds of each step, in their order."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = clock()
        self.seconds: dict[str, float] = {}

    @property
    def to_ghost_text(self) -> float:
        """The seconds of all steps up to the first ghost text."""
        return round(sum(self.seconds.values()) - self.seconds.get(AFTER, 0.0), 1)

    def begin(self) -> None:
        """Count from now on: what was before is no step."""
        self._last = self._clock()

    def done(self, name: str) -> None:
        """Note that a step ended now."""
        self.took(name, self._clock() - self._last)
        self.begin()

    def took(self, name: str, seconds: float) -> None:
        """Note what a step took by another clock."""
        self.seconds[name] = round(seconds, 1)


def await_ghost_text(is_shown: Callable[[], None], type_on: Callable[[], None]) -> None:
    """Type on until there is ghost text: a model that is still loading offers none.

    `is_shown` raises AssertionError when none has come in time.
    """
    end = time.monotonic() + FIRST_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(AssertionError):
            is_shown()
            return
        type_on()
    raise AssertionError(f"no ghost text came within {FIRST_SECONDS:.0f} s")
