"""The models of one heavy action: the routed one, and what stands in where it can't serve."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from gearshift.core.errors import (
    BudgetReached,
    ContextTooLong,
    GearshiftError,
    ProviderError,
    QuotaExhausted,
    RateLimited,
)
from gearshift.core.results import Attempt
from gearshift.routing.catalogue import usd
from gearshift.routing.circuit import Outage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.actions.draft import Contender
    from gearshift.app import App
    from gearshift.app.metering import MeteredModel
    from gearshift.app.requests import TaskRequest
    from gearshift.core.tasks import Route, Tier

PAST_BUDGET = (
    "To go past it for one action, choose the full model for the next one (`gearshift.useFull` with"
    " the scope `next`), or name a model."
)


class Legs:
    """Routes an action past models that were lost to it, and keeps what it asked of each."""

    def __init__(self, app: App, request: TaskRequest, files: Sequence[Path], action: str) -> None:
        """Claim the user's choice for this action, if there is one."""
        box = app.gearing.box
        assert box is not None
        self._app = app
        self._request = request
        self._files = files
        self._action = action
        is_named = request.model is not None and not request.keeps_budget
        self._is_past_budget = is_named or box.is_for_one_action
        self._chosen: Tier | None = box.claim(request.task)
        self._spent: dict[str, str] = {}
        self._lost: dict[str, Outage] = {}
        self.models: list[MeteredModel] = []
        self.failed: tuple[Attempt, ...] = ()
        """One for each model that another had to stand in for."""

    def route(self) -> Route:
        """Return the route past models whose budget is reached; BudgetReached if none is left."""
        try:
            return self._app.supply.route(
                self._request.task,
                asked=self._request.model,
                chosen=self._chosen,
                spent=self._spent,
                lost=self._lost,
            )
        except QuotaExhausted as error:
            if not self._spent:
                raise
            reason = next(iter(self._spent.values()))
            raise BudgetReached(f"{reason} {PAST_BUDGET}") from error

    def lose(self, route: Route, error: BudgetReached | ProviderError) -> None:
        """Leave out what failed, so that the next route goes past it; raises where none does."""
        if isinstance(error, BudgetReached):
            if route.model in self._spent:
                raise BudgetReached(f"{error} {PAST_BUDGET}") from error
            self._spent[route.model] = str(error)
            return
        if isinstance(error, (RateLimited, ContextTooLong)):
            raise error  # worth waiting for; too long for others as well
        kind = "exhausted" if isinstance(error, QuotaExhausted) else "down"
        names = [name for name in (route.model, route.escalation) if name]
        self._lost |= {name: Outage(kind, str(error)) for name in names}
        try:
            self.route()
        except GearshiftError:
            raise error from None
        failed = Attempt(self._app.settings.models[route.model].model, route.tier, str(error))
        self.failed = (*self.failed, failed)

    def contenders(self, route: Route) -> Sequence[Contender]:
        """Return the routed model and the one it escalates to, behind gate and ledger."""
        from gearshift.actions.draft import Contender

        legs: list[tuple[str, Tier]] = [(route.model, route.tier)]
        if route.escalation:
            legs.append((route.escalation, "full"))
        found: list[Contender] = []
        for name, tier in legs:
            model = self._app.supply.metered(
                *(replace(route, tier=tier), self._files, name),
                is_past_budget=self._is_past_budget,
                action=self._action,
            )
            self.models.append(model)
            found.append(Contender(model, tier, partial(usd, model.facts)))
        return found
