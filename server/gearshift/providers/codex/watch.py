"""When the plan's windows are read: after turns, and by the clock while the plan is in use."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gearshift.core.clock import Clock

LEAST_SECONDS = 5.0
"""Between two readings."""
IDLE_SECONDS = 600.0
"""Without a turn for so long, nothing is read any more until the next."""
_INTERVALS = ((90.0, 15.0), (75.0, 30.0))
_INTERVAL = 60.0
"""Codex's own screen reads at these intervals: 60 s, from 75 % 30 s, from 90 % 15 s."""


def interval(percent: float | None) -> float:
    """Return the seconds between readings when the fullest window is used up to `percent`."""
    return next((s for least, s in _INTERVALS if (percent or 0.0) >= least), _INTERVAL)


class Watch:
    """Reads the windows as often as their fill calls for, while turns are being made."""

    def __init__(
        self,
        read: Callable[[], Awaitable[float | None]],
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]],
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        """`read` looks at the windows and returns the share of the fullest; it must not raise.

        `idle` is called when the plan has not been used for `IDLE_SECONDS`.
        """
        self._read = read
        self._idle = idle
        self._clock = clock
        self._sleep = sleep
        self._task: asyncio.Task[None] | None = None
        self._nap: asyncio.Future[None] | None = None
        self._turn_at = 0.0
        self._read_at: float | None = None
        self._is_due = False
        self.is_behind = False
        """Whether a turn has ended since the last reading was done."""

    def turn_ended(self) -> None:
        """Read soon; several turns shortly after each other make one reading."""
        self._turn_at = self._clock.monotonic()
        self._is_due = self.is_behind = True
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._run())
        elif self._nap is not None:
            self._nap.cancel()

    def stop(self) -> None:
        """Read no more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        percent: float | None = None
        while self._clock.monotonic() - self._turn_at < IDLE_SECONDS:
            wait = self._wait(percent)
            if wait > 0:
                await self._rest(wait)
                continue
            self._is_due = False
            self._read_at = self._clock.monotonic()
            percent = await self._read()
            self.is_behind = self._is_due
        await self._idle()

    def _wait(self, percent: float | None) -> float:
        """Return the seconds until the next reading."""
        if self._read_at is None:
            return 0.0
        spacing = LEAST_SECONDS if self._is_due else interval(percent)
        return self._read_at + spacing - self._clock.monotonic()

    async def _rest(self, seconds: float) -> None:
        """Sleep, unless a turn ends meanwhile."""
        self._nap = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({self._nap})
        finally:
            self._nap.cancel()
            self._nap = None
