"""The inline task: from a request at a cursor to a suggestion, or the reason why there is none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from gearshift.core.errors import BudgetReached, ProviderError, UserError
from gearshift.core.results import Decision, Skip

if TYPE_CHECKING:
    from gearshift.app import App
    from gearshift.core.document import Snapshot
    from gearshift.core.errors import GearshiftError
    from gearshift.core.results import Suggestion
    from gearshift.core.tasks import Route
    from gearshift.core.text import Position

PAUSE_SECONDS = 0.075
"""Pause before an automatic request with `adaptive`: where Cody ended up for hosted models."""
HOSTED_PROMPT_TOKENS = 2048
"""Longest prompt for a model on somebody's server, at most a quarter of its context."""
EMBEDDED_PROMPT_TOKENS = 400
"""Longest prompt for the embedded model: two CPU cores read 80 to 150 tokens a second."""

InlineTask = Literal["inline", "completion"]


class Inline:
    """Runs inline requests; cancelling one closes its connection to the model at once."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def complete(
        self, uri: str, position: Position, *, is_explicit: bool, task: InlineTask
    ) -> Suggestion | Skip:
        """Return what to show; a model that fails is a Skip with the reason."""
        snapshot = self._app.documents.snapshot(uri)
        route: Route | None = None
        result: Suggestion | Skip | None = self._skip(snapshot, position, is_explicit)
        if result is None:
            await self._pause(is_explicit)
            try:
                route = self._app.supply.route(task)
                result = await self._ask(snapshot, position, route)
            except BudgetReached as error:
                route, result = await self._ask_fallback(snapshot, position, route, error)
            except (ProviderError, UserError) as error:
                result = self._failed(error)
        self._decide(snapshot, position, task, route, result)
        return result

    async def _ask_fallback(
        self, snapshot: Snapshot, position: Position, spent: Route | None, error: BudgetReached
    ) -> tuple[Route | None, Suggestion | Skip]:
        """Ask `models.fallback` in place of a model whose budget is reached, if there is one."""
        assert spent is not None
        try:
            route = self._app.supply.route(spent.task, spent={spent.model: str(error)})
            return route, await self._ask(snapshot, position, route)
        except (ProviderError, UserError, BudgetReached) as final:
            return spent, self._failed(final)

    def _failed(self, error: GearshiftError) -> Skip:
        if not isinstance(error, UserError):
            self._app.degraded(error)
        return Skip(str(error), error)

    def _skip(self, snapshot: Snapshot, position: Position, is_explicit: bool) -> Skip | None:
        """Return why no model is to be asked at all."""
        from gearshift.completion.trigger import reason_to_skip

        settings = self._app.settings.inline
        if not settings.enable:
            return Skip("Inline completions are switched off (`inline.enable`).")
        if self._app.is_paused:
            return Skip("Gearshift is paused; `gearshift.resume` goes on.")
        if settings.languages.get(snapshot.language) is False:
            return Skip(f"Switched off for {snapshot.language} (`inline.languages`).")
        return reason_to_skip(snapshot, position, is_explicit=is_explicit)

    async def _pause(self, is_explicit: bool) -> None:
        wanted = self._app.settings.inline.debounce_ms
        seconds = PAUSE_SECONDS if wanted == "adaptive" else wanted / 1000
        if seconds and not is_explicit:
            await asyncio.sleep(seconds)

    async def _ask(self, snapshot: Snapshot, position: Position, route: Route) -> Suggestion | Skip:
        from gearshift.completion.engine import Engine, Limits

        model = self._app.supply.metered(route, snapshot.path)
        hosted = min(model.facts.context // 4, HOSTED_PROMPT_TOKENS)
        limits = Limits(
            max_tokens=self._app.settings.inline.max_tokens,
            prompt_tokens=EMBEDDED_PROMPT_TOKENS if model.provider == "local" else hosted,
        )
        return await Engine().complete(snapshot, position, model, limits)

    def _decide(
        self,
        snapshot: Snapshot,
        position: Position,
        task: InlineTask,
        route: Route | None,
        result: Suggestion | Skip,
    ) -> None:
        is_skip = isinstance(result, Skip)
        reason = result.reason if is_skip else (route.reason if route else "")
        self._app.decided(
            Decision(
                at=self._app.clock.time(),
                task=task,
                uri=snapshot.uri,
                line=position.line,
                outcome="skipped" if is_skip else "shown",
                reason=reason,
                model=route.model if route else None,
                gear=route.gear if route else None,
            )
        )
