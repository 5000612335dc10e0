"""Windows: how long each is, how full it is, and which presses hardest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.core.quota import STALE_SECONDS, PlanWindow, Pressure, Use, Window
from gearshift.quota.entry import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gearshift.settings.schema import Budget, WindowName

NOTHING = Counts()
HOUR = 3600.0
DAY = 24 * HOUR
SECONDS: Mapping[WindowName, float] = {
    "5h": 5 * HOUR,
    "day": DAY,
    "week": 7 * DAY,
    "month": 30 * DAY,
}
"""Length of the rolling windows; a month is 30 days."""


def shares(budget: Budget, counts: Counts) -> list[float]:
    """Return the used share of each limit of `budget` that can be judged, in percent.

    Money can't be judged where nothing that was used has a known price; where a part has, that
    part counts, for a budget must not go blind because of one model without a price.
    """
    pairs: list[tuple[float, float | None]] = [
        (counts.tokens, budget.tokens),
        (counts.requests, budget.requests),
    ]
    if counts.usd is not None:
        pairs.append((counts.usd, budget.usd))
    return [100.0 * used / limit if limit else 100.0 for used, limit in pairs if limit is not None]


def budget_window(
    budget: Budget,
    counts: Counts | None,
    *,
    oldest: float | None,
    observed_at: float,
    now: float,
    held: Counts = NOTHING,
    largest: Iterable[Counts] = (),
) -> Window:
    """Return the window of `budget`; `counts` is None where the ledger could never be read.

    `held`: the part of `counts` that requests under way have reserved; `largest`: what single
    heavy requests came to.
    """
    seconds = SECONDS[budget.window]
    judged = shares(budget, counts) if counts else []
    settled = shares(budget, counts - held) if counts else []
    steps = [share for one in largest for share in shares(budget, one)]
    return Window(
        source="budget",
        label=budget.window,
        used_percent=max(judged, default=None),
        used=counts.use if counts else Use(),
        limit=Use(budget.usd, budget.tokens, budget.requests),
        resets_at=None if oldest is None else oldest + seconds,
        observed_at=observed_at,
        stale=counts is None or now - observed_at > STALE_SECONDS,
        seconds=seconds,
        unpriced=counts.unpriced if counts else 0,
        settled_percent=max(settled, default=None),
        step_percent=max(steps, default=0.0),
    )


def plan_window(plan: PlanWindow, now: float) -> Window:
    """Return what a vendor's observation is worth `now`: its share is unknown once it has ended."""
    has_ended = plan.resets_at is not None and plan.resets_at <= now
    return Window(
        source="plan",
        label=plan.label if plan.model is None else f"{plan.label} {plan.model}",
        used_percent=None if has_ended else plan.used_percent,
        resets_at=plan.resets_at,
        observed_at=plan.observed_at,
        stale=has_ended or now - plan.observed_at > STALE_SECONDS,
        seconds=plan.seconds,
        model=plan.model,
    )


def pressure(windows: Iterable[Window]) -> float | None:
    """Return the highest used share over live windows, in percent; None: unknown, never zero."""
    return pressing(tuple(windows)).percent


def pressing(windows: Sequence[Window]) -> Pressure:
    """Return the window that presses hardest.

    Without a live number `percent` is None, and the fullest stale window is named, so that a gear
    can be kept until that window is known to have ended.
    """
    for live in (True, False):
        judged = [
            w
            for w in windows
            if w.used_percent is not None and w.stale is not live and not w.is_aside
        ]
        if judged:
            top = max(judged, key=lambda w: w.used_percent or 0.0)
            percent = top.used_percent if live else None
            step = top.step_percent
            return Pressure(percent, top.source, top.label, top.resets_at, top.seconds, step)
    return Pressure()


def for_model(windows: Iterable[Window], model: str) -> tuple[Window, ...]:
    """Return the windows with those set aside that a plan does not meter `model` by.

    A model with a bucket of its own draws on that alone, every other on the ordinary one.
    """
    found = tuple(windows)
    has_own = any(window.model == model for window in found)
    wanted = model if has_own else None
    return tuple(
        replace(window, is_aside=True)
        if window.source == "plan" and window.model != wanted
        else window
        for window in found
    )


def settled(windows: Iterable[Window]) -> tuple[Window, ...]:
    """Return the windows without what requests under way have reserved.

    A reservation is the most that a request may take; a gear that followed it would shift with
    each long request, and back when that turns out to be short.
    """
    return tuple(
        window
        if window.settled_percent is None
        else replace(window, used_percent=window.settled_percent)
        for window in windows
    )
