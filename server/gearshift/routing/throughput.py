"""Throughput that servers state: where little is left, automatic completions pause."""

from __future__ import annotations

from gearshift.core.clock import moment
from gearshift.routing.circuit import Outage

LOW_PERCENT = 10.0
"""Left of a server's limit below which automatic completions leave the rest to what users ask."""
PAUSE_SECONDS = 10.0
"""The pause where a server does not say when its limit is whole again."""


class Throughput:
    """What each origin last stated; times are Unix seconds given by the caller."""

    def __init__(self) -> None:
        self._low: dict[str, Outage] = {}

    def note(
        self, origin: str, remaining_percent: float, reset_at: float | None, now: float
    ) -> None:
        """Take note of a reply's limit; the latest word of an origin counts."""
        if remaining_percent >= LOW_PERCENT:
            self._low.pop(origin, None)
            return
        until = now + PAUSE_SECONDS if reset_at is None else reset_at
        reason = (
            f"{origin} has {remaining_percent:.0f} % of its throughput left, so automatic "
            f"completions pause until {moment(until, now)}; what you ask for goes on."
        )
        self._low[origin] = Outage("throttled", reason, until)

    def low(self, origin: str, now: float) -> Outage | None:
        """Return why automatic completions pause at `origin`; None: they do not."""
        outage = self._low.get(origin)
        if outage is None or outage.until is None or outage.until <= now:
            self._low.pop(origin, None)
            return None
        return outage
