"""The plan's windows as app-server states them, in whole or in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.core.quota import PlanWindow
from gearshift.providers.untrusted import string, table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ORDINARY = "codex"
"""The bucket that all models draw on unless one has its own."""
_PLACES = ("primary", "secondary")
_OBSERVED = "observedAt"
"""Added to each window: the Unix time of its number."""
_LABELS = ((300, "5h"), (1440, "day"), (10_080, "week"), (43_200, "month"), (525_600, "year"))
"""Minutes and the name of such a window."""
_TOLERANCE = 0.05
"""Codex itself takes a length within 5 % for the named one."""


def label_of(minutes: float | None, place: str) -> str:
    """Return what a window of this length is called; one of unknown length goes by its `place`."""
    if not minutes:
        return f"{place} limit"
    for length, label in _LABELS:
        if abs(minutes - length) <= length * _TOLERANCE:
            return label
    return f"{minutes / 60:.3g}h"


class PlanLimits:
    """What is known of all buckets; a part that is left out of an update stands as it was."""

    def __init__(self) -> None:
        self._buckets: dict[str, dict[str, Any]] = {}

    def read_all(self, result: Mapping[str, Any], now: float) -> None:
        """Take the answer of `account/rateLimits/read`: all buckets, whole; `now` is Unix time."""
        listed = table(result.get("rateLimitsByLimitId"))
        ordinary = table(result.get("rateLimits"))
        self._buckets.clear()
        for name, snapshot in listed.items():
            self.update(table(snapshot), now, name)
        if ordinary and (string(ordinary.get("limitId")) or ORDINARY) not in self._buckets:
            self.update(ordinary, now)

    def update(self, snapshot: Mapping[str, Any], now: float, name: str = "") -> None:
        """Take one bucket's snapshot, whole or in part, of `now` in Unix time."""
        name = string(snapshot.get("limitId")) or name or ORDINARY
        bucket = self._buckets.setdefault(name, {})
        for key, value in snapshot.items():
            if key in _PLACES:
                bucket[key] = {**table(bucket.get(key)), **_stated(table(value), now)}
            elif value is not None:
                bucket[key] = value

    def windows(self, models: Collection[str]) -> tuple[PlanWindow, ...]:
        """Return the windows of the ordinary bucket and of those of `models`.

        A bucket of another model, such as the reserve, says nothing of what is left for these.
        """
        return tuple(
            window
            for name, bucket in self._buckets.items()
            if name == ORDINARY or bucket.get("limitName") in models
            for place in _PLACES
            if (window := _window(name, bucket, place))
        )

    def resets_at(self, model: str) -> float | None:
        """Return when the windows that are used up for `model` have all reset; None: unknown."""
        full = [w for w in self.windows((model,)) if (w.used_percent or 0.0) >= 100.0]
        times = [w.resets_at for w in full if w.resets_at is not None]
        return max(times) if times and len(times) == len(full) else None


def _stated(window: Mapping[str, Any], now: float) -> dict[str, Any]:
    stated = {key: value for key, value in window.items() if value is not None}
    return {**stated, _OBSERVED: now} if "usedPercent" in stated else stated


def _window(name: str, bucket: Mapping[str, Any], place: str) -> PlanWindow | None:
    window = table(bucket.get(place))
    percent, minutes = _number(window.get("usedPercent")), _number(window.get("windowDurationMins"))
    if percent is None:
        return None
    return PlanWindow(
        provider="codex",
        bucket=name,
        label=label_of(minutes, place),
        used_percent=percent,
        observed_at=window[_OBSERVED],
        resets_at=_number(window.get("resetsAt")),
        seconds=minutes * 60 if minutes else None,
        model=None if name == ORDINARY else string(bucket.get("limitName")) or None,
    )


def _number(value: object) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return None
