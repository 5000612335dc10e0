"""Warnings: a sentence when a window passes a threshold, once until it is well below it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.clock import moment
from gearshift.core.quota import Window, whole_percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gearshift.settings.schema import QuotaSettings

REARM_PERCENT = 5.0
"""How far a rolling window must fall below a threshold before that is warned of anew."""


class Warned(NamedTuple):
    """One window that passed a threshold."""

    window: Window
    threshold: float
    """In percent, as set in `quota.warnPercent` or `quota.switchPercent`."""
    text: str
    """One sentence for the user."""


class QuotaWarnings:
    """Remembers the threshold that each window passed; holds no clock."""

    def __init__(self) -> None:
        self._passed: dict[tuple[str, str], tuple[float, float | None]] = {}

    def observe(
        self, windows: Iterable[Window], settings: QuotaSettings, now: float
    ) -> tuple[Warned, ...]:
        """Return what is to be said of the windows as they are; unknown and stale ones rest."""
        found = [self._of(window, settings, now) for window in windows]
        return tuple(warned for warned in found if warned)

    def _of(self, window: Window, settings: QuotaSettings, now: float) -> Warned | None:
        percent = window.used_percent
        if percent is None or window.stale:
            return None
        key = (window.source, window.label)
        passed, resets_at = self._passed.get(key, (0.0, None))
        if window.source == "plan" and resets_at is not None and resets_at <= now:
            passed = 0.0
        thresholds = (settings.warn_percent, settings.switch_percent)
        kept = max(
            (t for t in thresholds if t <= passed and t - REARM_PERCENT < percent), default=0
        )
        reached = max((t for t in thresholds if t <= percent), default=0.0)
        self._passed[key] = (max(kept, reached), window.resets_at)
        if reached <= kept:
            return None
        return Warned(window, reached, _sentence(window, percent, now))


def _sentence(window: Window, percent: float, now: float) -> str:
    text = f"{whole_percent(percent)} % of your {window.label} {window.source} is used"
    if window.source == "plan" and window.resets_at is not None and window.resets_at > now:
        text += f"; it resets at {moment(window.resets_at, now)}"
    return f"{text}. `gearshift.status` shows all windows."
