"""The status as clients are told it (`gearshift/status`), and as one line for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from math import floor
from typing import Any, Literal

from gearshift.core.clock import moment
from gearshift.core.quota import Use, Window, whole_percent
from gearshift.core.tasks import Gear, Tier
from gearshift.quota.entry import Today
from gearshift.quota.windows import pressing

State = Literal["ready", "busy", "paused", "degraded", "offline", "setup"]
"""`degraded`: something works less well than configured. `setup`: no model yet."""
ICON = "⚙"


@dataclass(frozen=True, slots=True)
class Status:
    """All that the status shows; built by the app, plain."""

    state: State
    gear: Gear
    override: Tier | None = None
    message: str = ""
    """One sentence for the user: the latest shift or trouble."""
    models: Mapping[str, str] = field(default_factory=dict[str, str])
    """The vendors' names by name in `models`."""
    windows: tuple[Window, ...] = ()
    today: Today = field(default_factory=Today)
    warn_percent: float = 80.0
    """Used share from which the saver gear is in."""
    switch_percent: float = 90.0
    """Used share from which the mini gear is in."""


def payload(status: Status, now: float) -> dict[str, Any]:
    """Return the payload of `gearshift/status`; unknown numbers are None, never 0."""
    today = status.today
    return {
        "state": status.state,
        "gear": status.gear,
        "override": status.override,
        "text": text(status, now),
        "message": status.message,
        "models": {tier: status.models.get(tier) for tier in ("mini", "full")},
        "quota": {
            "pressure": _rounded(pressing(status.windows).percent),
            "warnPercent": status.warn_percent,
            "switchPercent": status.switch_percent,
            "windows": [_window(window) for window in status.windows],
        },
        "today": {
            **_use(today.use),
            "inline": {"shown": today.shown, "accepted": today.accepted},
        },
    }


def text(status: Status, now: float) -> str:
    """Return the status in the few words of a status line: `⚙ full 63% · 5h resets 14:20`.

    The same in every editor; `now` is Unix time, the reset is in local time.
    """
    if status.state == "setup":
        return f"{ICON} no model yet"
    return f"{ICON} {' · '.join(_words(status, now))}"


def line(status: Status, now: float) -> str:
    """Return the status line with the model in use: `Gearshift: saver 82% · … · mini gpt-…`."""
    if status.state == "setup":
        return "Gearshift: no model yet · run `gearshift setup`"
    parts = _words(status, now)
    if status.gear != "local":
        tier = "full" if status.gear == "full" and "full" in status.models else "mini"
        parts += [f"{tier} {status.models[tier]}"] if tier in status.models else []
    return f"Gearshift: {' · '.join(parts)}"


def _words(status: Status, now: float) -> list[str]:
    top = pressing(status.windows)
    used = "" if top.percent is None else f" {whole_percent(top.percent)}%"
    parts = [f"{status.gear}{used}"]
    if top.percent is not None and top.resets_at is not None and top.resets_at > now:
        parts.append(f"{top.label} resets {moment(top.resets_at, now)}")
    elif top.percent is None and status.windows:
        parts.append("quota unknown")
    elif top.percent is None and status.today.use.usd is not None:
        parts.append(f"${status.today.use.usd:.2f} today")
    if status.override:
        parts.append("your choice")
    return parts if status.state == "ready" else [*parts, status.state]


def _window(window: Window) -> dict[str, Any]:
    limits = _use(window.limit)
    return {
        "source": window.source,
        "label": window.label,
        "usedPercent": _rounded(window.used_percent),
        "used": _use(window.used),
        "limit": {unit: limit for unit, limit in limits.items() if limit is not None},
        "resetsAt": iso(window.resets_at),
        "observedAt": iso(window.observed_at or None),
        "stale": window.stale,
    }


def _use(use: Use) -> dict[str, float | int | None]:
    usd = None if use.usd is None else round(use.usd, 6)
    return {"usd": usd, "tokens": use.tokens, "requests": use.requests}


def _rounded(percent: float | None) -> float | None:
    # Down, as for people: a client that compares with a threshold must not see it crossed early.
    return None if percent is None else floor(percent * 10 + 1e-6) / 10


def iso(at: float | None) -> str | None:
    """Return a Unix time as the protocol writes times: `2026-11-21T14:20:00Z`; None stays None."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
