"""The inline task: from a request at a cursor to a suggestion, or the reason why there is none."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from gearshift.app.counts import Counts
from gearshift.app.outcomes import Outcomes
from gearshift.completion.pace import Pace
from gearshift.core.errors import (
    BudgetReached,
    GearshiftError,
    ProviderError,
    SetupNeeded,
    UserError,
)
from gearshift.core.suggestions import Skip
from gearshift.core.tasks import switched_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.app import App
    from gearshift.completion.alternatives import Alternatives
    from gearshift.completion.ask import Answer, Ask
    from gearshift.completion.flow import Flow
    from gearshift.completion.generation import Generation
    from gearshift.completion.kept import KeptLines
    from gearshift.core.document import Snapshot
    from gearshift.core.suggestions import Suggestion
    from gearshift.core.tasks import Route, Task
    from gearshift.core.text import Position

InlineTask = Literal["inline", "completion"]
GATHER_AFTER_SECONDS = 0.005
"""Gathering begins in the pause before an automatic request."""
GATHER_LATE_SECONDS = 0.02
"""An explicit request has none: what is gathered is for those after it, and not in its way."""


class Inline:
    """Answers inline requests; a request that is cancelled leaves what it began to the next one."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._pace = Pace(app.clock)
        self._flow: Flow | None = None
        self._kept: KeptLines | None = None
        self._alternatives: Alternatives | None = None
        """Those for where a suggestion stands, once they were asked for."""
        self._shown_at: tuple[str, int, Position] | None = None
        self.counts = Counts(app.ledger.count)
        self._outcomes = Outcomes(app, self.counts.infer)

    async def complete(
        self, uri: str, position: Position, *, is_explicit: bool, task: InlineTask
    ) -> Suggestion | Skip:
        """Return what to show; a model that fails is a Skip with the reason."""
        snapshot = self._app.documents.snapshot(uri)
        skip = self._skip(snapshot, task)
        if skip is not None:
            self.stop(uri)
            self._outcomes.decide(snapshot, position, task, None, skip, skip.reason)
            return skip
        route: Route | None = None
        try:
            route = self._app.supply.route(task, is_automatic=not is_explicit)
            return await self._answer(snapshot, position, route, is_explicit=is_explicit)
        except (BudgetReached, ProviderError) as error:
            if route is None:
                return self._failed(snapshot, position, task, route, error)
            return await self._fall_back(snapshot, position, route, error, is_explicit=is_explicit)
        except UserError as error:
            return self._failed(snapshot, position, task, route, error)

    async def _fall_back(
        self,
        snapshot: Snapshot,
        position: Position,
        lost: Route,
        error: BudgetReached | ProviderError,
        *,
        is_explicit: bool,
    ) -> Suggestion | Skip:
        """Ask `models.fallback` in place of a model that can't serve any more, if there is one.

        A single failure that leaves the model's circuit closed is the answer: it may be asked
        again with the next key.
        """
        spent = {lost.model: str(error)} if isinstance(error, BudgetReached) else {}
        try:
            route = self._app.supply.route(lost.task, spent=spent)
        except (ProviderError, UserError) as final:
            told = final if spent else error
            return self._failed(snapshot, position, lost.task, lost, told)
        if route.model == lost.model:
            return self._failed(snapshot, position, lost.task, lost, error)
        try:
            return await self._answer(snapshot, position, route, is_explicit=is_explicit)
        except (ProviderError, UserError, BudgetReached) as final:
            return self._failed(snapshot, position, lost.task, lost, final)

    async def _answer(
        self, snapshot: Snapshot, position: Position, route: Route, *, is_explicit: bool
    ) -> Suggestion | Skip:
        ask = self._ask(snapshot, position, route, is_explicit=is_explicit)
        seconds = GATHER_LATE_SECONDS if is_explicit else GATHER_AFTER_SECONDS
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, self._gather, snapshot, position, route)
        try:
            answer = await self.flow.answer(ask)
        except asyncio.CancelledError:
            self._outcomes.decide(snapshot, position, route.task, route, None, ask.stage)
            raise
        self._app.later(partial(self._outcomes.answered, ask, route, answer))
        return await self._with_others(ask, answer, route)

    async def _with_others(self, ask: Ask, answer: Answer, route: Route) -> Suggestion | Skip:
        """Add what else may stand there, if the user asks again where a suggestion stands."""
        result = answer.result
        if isinstance(result, Skip):
            return result
        place = ask.snapshot.uri, ask.snapshot.version, ask.position
        is_again, self._shown_at = place == self._shown_at, place
        if not is_again:
            self._alternatives = None
        if not (is_again and ask.is_explicit and route.gear == "full"):
            return result
        if self._alternatives is None:
            from gearshift.completion.alternatives import Alternatives

            self._alternatives = Alternatives()
        begin = partial(ask.begin, ask.snapshot, ask.position)
        others = await self._alternatives.others(result, begin)
        reason = f"You asked again, so {len(others)} more were found. {route.reason}"
        self._outcomes.decide(
            ask.snapshot, ask.position, route.task, route, result, reason, is_brief=True
        )
        return replace(result, others=others)

    def _failed(
        self,
        snapshot: Snapshot,
        position: Position,
        task: Task,
        route: Route | None,
        error: GearshiftError,
    ) -> Skip:
        self._note(error)
        skip = Skip(str(error), error)
        self._outcomes.decide(snapshot, position, task, route, skip, skip.reason)
        return skip

    def _note(self, error: BaseException) -> None:
        is_trouble = isinstance(error, SetupNeeded) or not isinstance(error, UserError)
        if isinstance(error, GearshiftError) and is_trouble:
            self._app.announcements.degraded(error)

    def _skip(self, snapshot: Snapshot, task: Task) -> Skip | None:
        """Return why nothing is offered in this document at all."""
        settings = self._app.settings.inline
        if not settings.enable and task == "inline":
            return Skip("Inline completions are switched off (`inline.enable`).")
        if self._app.settings.tasks.get(task) is False:
            return Skip(switched_off(task))
        if self._app.is_paused:
            return Skip("Gearshift is paused; `gearshift.resume` goes on.")
        if settings.languages.get(snapshot.language) is False:
            return Skip(f"Switched off for {snapshot.language} (`inline.languages`).")
        return None

    # --- what goes on between requests -----------------------------------------------------

    @property
    def flow(self) -> Flow:
        """What models said and what runs."""
        if self._flow is None:
            from gearshift.completion.flow import Flow

            self._flow = Flow(
                self._app.clock,
                self._pace,
                failed=self._note,
                accepted=self.counts.infer,
                watch=self._watch,
            )
        return self._flow

    def accepted(self, uri: str | None) -> None:
        """Count what the editor says was accepted, and watch whether its lines stay."""
        self.counts.tell("accepted")
        if self._flow is not None and uri is not None and uri in self._app.documents:
            self._flow.taken(self._app.documents.snapshot(uri))

    def _watch(self, snapshot: Snapshot, first: int, last: int) -> None:
        if self._kept is None:
            from gearshift.completion.kept import KeptLines

            self._kept = KeptLines(self._app.clock, self._lines_of, self._app.ledger.count)
        self._kept.accepted(snapshot.uri, snapshot.lines, first, last)

    def _lines_of(self, uri: str) -> Sequence[str] | None:
        return self._app.documents.lines(uri) if uri in self._app.documents else None

    def edited(self, uri: str) -> None:
        """Note an edit of a document."""
        if self._flow is None:
            self._pace.key()
        else:
            self._flow.edited(uri)

    def stop(self, uri: str) -> None:
        """Stop what runs for a document."""
        if self._flow is not None:
            self._flow.close(uri)

    def closed(self, uri: str) -> None:
        """Forget a document that was closed."""
        self.stop(uri)
        if self._kept is not None:
            self._kept.forget(uri)

    def configured(self) -> None:
        """Forget what models said: other models or rules may be in force."""
        self._alternatives = self._shown_at = None
        if self._flow is not None:
            self._flow.clear()

    async def aclose(self) -> None:
        """Stop everything and wait until all streams are closed."""
        if self._kept is not None:
            self._kept.close()
        if self._flow is not None:
            await self._flow.aclose()

    def _ask(
        self, snapshot: Snapshot, position: Position, route: Route, *, is_explicit: bool
    ) -> Ask:
        from gearshift.completion.ask import Ask

        settings = self._app.settings.inline
        pause = settings.debounce_ms
        return Ask(
            snapshot,
            position,
            route.model,
            partial(self._begin, route, is_explicit=is_explicit),
            is_explicit,
            None if pause == "adaptive" else pause / 1000,
            settings.prefetch
            and route.gear == "full"
            and self._app.supply.models.may_look_ahead(route.model),
        )

    def _gather(self, snapshot: Snapshot, position: Position, route: Route) -> None:
        """Gather what a request at a place shows besides the file, if that is still of use."""
        if self._app.documents.is_current(snapshot):
            with suppress(GearshiftError):  # the request itself tells
                self._app.nearby.want(snapshot, position, route)

    def _begin(
        self, route: Route, snapshot: Snapshot, position: Position, *, is_explicit: bool
    ) -> Generation | Skip:
        from gearshift.app.sizes import limits_for
        from gearshift.completion.engine import prepare

        pause = None if is_explicit else self._app.supply.pause(route.model)
        if pause is not None:
            return Skip(pause.reason)
        supply, files = self._app.supply, (snapshot.path,) if snapshot.path else ()
        limits = limits_for(supply.models.get(route.model), self._app.settings.inline)
        block = self._app.nearby.shown(snapshot, limits, route)
        model = supply.metered(route, files, shown=block.sources if block else ())
        return prepare(snapshot, position, model, limits, block.files if block else ())
