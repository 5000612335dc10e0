"""Pre-flight: what a heavy action will take, said before it leaves and in its title."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

from gearshift.core.errors import GearshiftError
from gearshift.core.model import Usage, estimate_tokens
from gearshift.metrics.report import money
from gearshift.routing.catalogue import usd
from gearshift.routing.router import route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.actions.action import Action
    from gearshift.actions.menu import Offer
    from gearshift.actions.request import ActionRequest
    from gearshift.app import App
    from gearshift.core.editor import Progress
    from gearshift.core.model import Model, ModelFacts
    from gearshift.core.quota import Window
    from gearshift.core.tasks import Route, Task

FRAME_TOKENS = 500
"""Instructions, imports and neighbours around a target, as the action table's prompts have them."""
SHORTEST_ANSWER = 280
"""Tokens of four small tests, or of the other shortest usual answers."""


class PricedProgress:
    """core.editor.Progress whose messages end in the price, so that it stays in sight."""

    def __init__(self, progress: Progress, price: str) -> None:
        self._progress = progress
        self._price = price

    def report(self, message: str, percent: int | None = None) -> None:
        """Show what is being done, and what it is expected to cost."""
        self._progress.report(f"{message} · {self._price}", percent)

    def end(self, message: str) -> None:
        """Close it with the result."""
        self._progress.end(message)


async def announced(
    app: App,
    action: Action,
    prepared: ActionRequest,
    found: Route,
    model: Model,
    progress: Progress,
) -> Progress:
    """Report the estimate for an action's first request; return the progress to go on with."""
    from gearshift.actions.asking import expected_usage

    try:
        usage = expected_usage(action, prepared, model)
    except GearshiftError:
        return progress  # drafting raises it again and writes the attempt down
    windows = await app.gearing.look()
    cost = usd(model.facts, usage)
    progress.report(words(usage, cost, found, windows), 0)
    return PricedProgress(progress, price(usage, cost))


def words(usage: Usage, cost: float | None, found: Route, windows: Sequence[Window]) -> str:
    """Return an estimate as `about 1,900 tokens, $0.0040, leaves 12 % of your 5h budget · …`."""
    parts = [f"about {usage.input + usage.output:,} tokens", _amount(cost)]
    # What costs nothing runs on the user's own machine, outside every budget and plan.
    left = None if cost == 0 else remainder(usage, cost, windows)
    parts += [left] if left else []
    return f"{', '.join(parts)} · {found.gear} gear"


def price(usage: Usage, cost: float | None) -> str:
    """Return the short form of an estimate: `about $0.0040`, tokens where no price is known."""
    if cost is None:
        return f"about {usage.input + usage.output:,} tokens"
    return f"about {money(cost)}" if cost else "free"


def remainder(usage: Usage, cost: float | None, windows: Sequence[Window]) -> str | None:
    """Return what the estimate leaves of the window that is fullest then; None: nothing known.

    A vendor does not say what a request takes of a plan, so a plan's share is the present one.
    """
    fullest: tuple[float, Window] | None = None
    for window in windows:
        share = _share_after(window, usage, cost)
        if share is not None and (fullest is None or share > fullest[0]):
            fullest = share, window
    if fullest is None:
        return None
    share, window = fullest
    name = f"your {window.label} {window.source}"
    if share > 100:
        return f"more than is left of {name}"
    left = floor(100 - share)
    return f"leaves {left} % of {name}" if window.source == "budget" else f"{left} % of {name} left"


def _share_after(window: Window, usage: Usage, cost: float | None) -> float | None:
    """Return the used share in percent once the request is counted; None: can't be judged."""
    if window.stale or window.is_aside or window.used_percent is None:
        return None
    used, limit = window.used, window.limit
    amounts = (
        (used.usd, cost, limit.usd),
        (used.tokens, usage.input + usage.output, limit.tokens),
        (used.requests, 1, limit.requests),
    )
    shares = [
        100 * (before + more) / most
        for before, more, most in amounts
        if before is not None and more is not None and most
    ]
    return max([window.used_percent, *shares])


def priced(app: App, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """Return a menu whose titles say price and model where quota runs low; asks no model."""
    percent = app.gearing.pressure.percent
    if percent is None or percent < app.settings.quota.warn_percent:
        return tuple(offers)
    foreseen: dict[Task, tuple[Route, ModelFacts] | None] = {}
    for offer in offers:
        if offer.task not in foreseen:
            foreseen[offer.task] = _foreseen(app, offer.task)
    return tuple(_priced(offer, foreseen[offer.task]) for offer in offers)


def _foreseen(app: App, task: Task) -> tuple[Route, ModelFacts] | None:
    """Return the route that `task` would take now; None: it would be refused, which says why."""
    box = app.gearing.box
    try:
        found = route(task, app.gearing.facts(box.override if box else None, None, {}))
        return found, app.supply.models.facts(found.model)
    except GearshiftError:
        return None


def _priced(offer: Offer, foreseen: tuple[Route, ModelFacts] | None) -> Offer:
    if foreseen is None:
        return offer
    found, facts = foreseen
    target = estimate_tokens("x" * offer.size)
    usage = Usage(FRAME_TOKENS + target, output=max(target, SHORTEST_ANSWER), is_estimate=True)
    title = f"{offer.title} ({price(usage, usd(facts, usage))}, {found.model})"
    return replace(offer, title=title)


def _amount(cost: float | None) -> str:
    return "free" if cost == 0 else money(cost)
