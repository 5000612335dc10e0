"""The router: which named model runs a task, in which gear, and why, in one sentence."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.errors import (
    ProviderError,
    QuotaExhausted,
    RateLimited,
    SetupNeeded,
    Unavailable,
)
from gearshift.core.tasks import HEAVY_TASKS, Gear, Route, Strategy, Task, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.routing.circuit import Outage
    from gearshift.settings.schema import Settings

DEFAULT_TIERS: Mapping[Task, Tier] = {
    "inline": "mini",
    "completion": "mini",
    "explain": "mini",
    "fix": "full",
    "refactor": "full",
    "tests": "full",
    "docs": "full",
}
VERIFIABLE: frozenset[Task] = frozenset({"fix", "refactor", "tests", "docs"})
"""Tasks whose result is checked before it is offered, so that mini may try first."""
FALLBACK = "fallback"


class RoutingFacts(NamedTuple):
    """All that a route depends on."""

    settings: Settings
    gear: Gear = "full"
    """The gear that is in (`GearBox.gear`)."""
    chosen: Tier | None = None
    """The user's override for this task (`GearBox.claim`)."""
    asked: str | None = None
    """A model named for this one action; wins over gears."""
    outages: Mapping[str, Outage] = MappingProxyType({})
    """Why named models get no request at the moment, by name."""


def route(task: Task, facts: RoutingFacts) -> Route:
    """Return the model for `task`.

    Raises SetupNeeded where the model it needs is not set, and where nothing can serve what the
    outage was: QuotaExhausted, RateLimited or Unavailable, with its reason.
    """
    if not facts.settings.models:
        raise SetupNeeded("No model is set up; run `gearshift setup`, it takes a minute.")
    wanted = _by_choice(task, facts) or _by_gear(task, facts)
    outage = facts.outages.get(wanted.model)
    if outage is None:
        return _without_lost_escalation(wanted, facts)
    if outage.kind == "throttled" and task in HEAVY_TASKS:
        # A heavy task waits for its turn; another model would be worse than a short pause.
        return wanted
    return _around(wanted, outage, facts)


def _by_choice(task: Task, facts: RoutingFacts) -> Route | None:
    asked = facts.asked
    if asked is not None:
        _require(asked, facts, "this action names it")
        tier = _tier(asked, task)
        return Route(task, asked, tier, facts.gear, f"You asked for `{asked}` for this action.")
    if facts.chosen and task in HEAVY_TASKS:
        chosen = facts.chosen
        _require(chosen, facts, "you chose it")
        return Route(task, chosen, chosen, facts.gear, f"You chose the {chosen} model.")
    return None


def _by_gear(task: Task, facts: RoutingFacts) -> Route:
    base = _by_settings(task, facts)
    has_mini = "mini" in facts.settings.models
    if base.tier == "mini" or not has_mini or base.model == "mini":
        return base
    if facts.gear == "local":
        # Which source is lost decides in `_around`; one that can be probed is asked as it was.
        return base
    if facts.gear == "mini":
        reason = "The quota is nearly used, so the mini model serves; say `use full` to override."
        return replace(base, model="mini", tier="mini", reason=reason)
    is_cascade = _strategy(task, facts) == "cascade"
    if (facts.gear == "saver" or is_cascade) and task in VERIFIABLE:
        why = "The settings ask for a cascade" if is_cascade else "To save quota"
        reason = f"{why}: mini tries first, and `{base.model}` only if verification rejects it."
        return replace(base, model="mini", tier="mini", reason=reason, escalation=base.model)
    return base


def _by_settings(task: Task, facts: RoutingFacts) -> Route:
    models = facts.settings.models
    name = facts.settings.routing.get(task, DEFAULT_TIERS[task])
    if name == "full" and name not in models and "mini" in models:
        reason = "No `full` model is set, so the mini model serves."
        return Route(task, "mini", "mini", facts.gear, reason)
    _require(name, facts, f"`routing.{task}` names it")
    reason = f"`routing.{task}` is `{name}`."
    return Route(task, name, _tier(name, task), facts.gear, reason)


def _require(name: str, facts: RoutingFacts, why: str) -> None:
    if name not in facts.settings.models:
        raise SetupNeeded(
            f"The model `{name}` is not in `models`, and {why}; add it to the settings, or run"
            " `gearshift setup`."
        )


def _tier(name: str, task: Task) -> Tier:
    """Return the tier of a named model; the user's own counts as what the task has by default."""
    if name == "mini" or name == "full":
        return name
    return DEFAULT_TIERS[task]


def _strategy(task: Task, facts: RoutingFacts) -> Strategy:
    table = facts.settings.strategy
    return table.get(task) or table.get("*") or "direct"


def _without_lost_escalation(found: Route, facts: RoutingFacts) -> Route:
    if found.escalation is None or found.escalation not in facts.outages:
        return found
    reason = f"{found.reason} At the moment `{found.escalation}` can't be reached for that."
    return replace(found, escalation=None, reason=reason)


def _around(wanted: Route, outage: Outage, facts: RoutingFacts) -> Route:
    """Return the route past a source that can't serve, or raise why there is none."""
    for name in _substitutes(wanted, facts):
        if name in facts.settings.models and name not in facts.outages:
            reason = f"`{name}` stands in for `{wanted.model}`: {outage.reason}"
            tier = _tier(name, wanted.task) if name != FALLBACK else wanted.tier
            return Route(wanted.task, name, tier, "local", reason, stands_in_for=wanted.model)
    raise _refusal(wanted, outage)


def _substitutes(wanted: Route, facts: RoutingFacts) -> tuple[str, ...]:
    # The full model never serves completions: one each keystroke would empty any quota.
    if wanted.task not in HEAVY_TASKS:
        return (FALLBACK,)
    return (FALLBACK, "mini" if wanted.tier == "full" else "full")


def _refusal(wanted: Route, outage: Outage) -> ProviderError:
    text = f"`{wanted.model}` can't serve now and nothing stands in for it: {outage.reason}"
    if outage.kind == "exhausted":
        return QuotaExhausted(f"{text} Set `models.fallback` to go on meanwhile.", outage.until)
    if outage.kind == "throttled":
        return RateLimited(text)
    return Unavailable(f"{text} It is tried again within 10 seconds.")
