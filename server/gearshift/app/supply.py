"""The supply of models: which one serves a task, connected, behind gate and ledger."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.app.metering import Meter, MeteredModel
from gearshift.app.models import Models
from gearshift.core.tasks import HEAVY_TASKS
from gearshift.routing.circuit import Outage
from gearshift.routing.router import FALLBACK, route
from gearshift.routing.throughput import Throughput

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gearshift.app import App
    from gearshift.app.forms import Forms
    from gearshift.app.retirements import Retirements
    from gearshift.core.model import Model, ShownFile
    from gearshift.core.quota import PlanWindow
    from gearshift.core.tasks import Route, Task, Tier
    from gearshift.privacy.gate import Gate
    from gearshift.providers.services import Services
    from gearshift.settings.schema import HttpSettings, Settings

logger = logging.getLogger(__name__)
HEAVY_ATTEMPTS = 3
"""How often a heavy task's request is made at most; an inline one is made once."""


class Supply:
    """Hands out metered models; nothing heavy is imported before the first is needed."""

    def __init__(
        self,
        app: App,
        tell: Callable[[str], None],
        ended: Callable[[Model, BaseException | None], None],
    ) -> None:
        """`tell` shows what takes long; `ended` hears how each request ended."""
        self._app = app
        self._tell = tell
        self._ended = ended
        self._services: Services | None = None
        self._http: HttpSettings | None = None
        self._gate: Gate | None = None
        self._is_closing = False
        self._turns: dict[str, asyncio.Lock] = {}
        self.throughput = Throughput()
        self._forms: Forms | None = None
        self._retirements: Retirements | None = None
        self.models = Models(self._get_services, app.configuration.catalogue, self._get_forms)

    def use(self, settings: Settings) -> None:
        """Serve by these settings from now on; keys and rules are looked up anew."""
        self.models.use(settings.models)
        if self._forms is not None:
            self._forms.forget()
        if self._services is not None:
            self._services.credentials.forget()
            if settings.http != self._http:
                _lead(self._services, settings.http)
        self._http = settings.http
        self.forget_gate()

    def forget_gate(self) -> None:
        """Build the gate anew when it is next needed: its settings or folders changed."""
        if self._gate is not None:
            self._gate.catch_up()
        self._gate = None

    def _get_services(self) -> Services:
        if self._services is None:
            from gearshift.providers.services import Services

            self._services = Services(
                clock=self._app.clock,
                tell=self._tell,
                on_limits=self._limited,
                on_plan=self._plan_seen,
            )
            _lead(self._services, self._http)
        return self._services

    def _get_forms(self) -> Forms:
        if self._forms is None:
            from gearshift.app.forms import FILE_NAME, Forms

            self._forms = Forms(self._app.state / FILE_NAME)
        return self._forms

    def _limited(self, origin: str, remaining_percent: float, reset_at: float | None) -> None:
        self.throughput.note(origin, remaining_percent, reset_at, self._app.clock.time())

    def _plan_seen(self, window: PlanWindow) -> None:
        self._app.ledger.observe_plan(window)
        if not self._is_closing:
            self._app.observe_soon()

    def pause(self, name: str) -> Outage | None:
        """Return why no automatic completion is asked of a named model now; None: it may be."""
        origin = self.models.origin(name)
        return self.throughput.low(origin, self._app.clock.time()) if origin else None

    @property
    def gate(self) -> Gate:
        """The outbound gate for the settings and folders in force."""
        if self._gate is None:
            from gearshift.privacy.audit import FILE_NAME, AuditLog
            from gearshift.privacy.gate import Gate
            from gearshift.privacy.ignore import IgnoreRules

            app, privacy = self._app, self._app.settings.privacy
            path = app.state / FILE_NAME
            audit = AuditLog(privacy.audit, warn=self._warn, path=path, clock=app.clock)
            rules = [IgnoreRules(root, privacy, app.clock) for root in app.roots or (None,)]
            self._gate = Gate(rules, privacy, audit)
        return self._gate

    def _warn(self, text: str) -> None:
        logger.warning(text)
        self._app.notices.tell("warning", text, text)

    def route(
        self,
        task: Task,
        *,
        asked: str | None = None,
        chosen: Tier | None = None,
        spent: Mapping[str, str] = MappingProxyType({}),
        lost: Mapping[str, Outage] = MappingProxyType({}),
        is_automatic: bool = False,
    ) -> Route:
        """Return which model serves `task` now. Raises SetupNeeded, ProviderError.

        `spent` names models whose budget is reached, each with the reason; `lost` those that were
        found unable to serve this very request. An automatic one goes to `models.fallback` where
        that spares a server that has little throughput left.
        """
        lost = {**lost, **{name: Outage("exhausted", reason) for name, reason in spent.items()}}
        if is_automatic and FALLBACK in self.models.names and not self.pause(FALLBACK):
            paused = {name: self.pause(name) for name in self.models.names}
            lost |= {name: outage for name, outage in paused.items() if outage}
        return route(task, self._app.gearing.facts(chosen, asked, lost))

    def metered(
        self,
        found: Route,
        files: Sequence[Path],
        name: str | None = None,
        *,
        is_past_budget: bool = False,
        action: str | None = None,
        shown: Sequence[ShownFile] = (),
    ) -> MeteredModel:
        """Return the routed model, or the one called `name`, behind gate and ledger.

        `files` are those whose text is in the requests, the document first;
        `is_past_budget`: the user chose it for this one action, so that no budget refuses it;
        `action`: that heavy action's id; `shown`: the other files of which the requests have
        parts.
        """
        name = name or found.model
        model, retry = self.models.get(name), None
        if model.facts.retires is not None:
            self._warn_of_retirement(model)
        if found.task in HEAVY_TASKS:
            from gearshift.providers.retry import retrying

            model = retry = retrying(self._in_turn(model), HEAVY_ATTEMPTS, self._get_services())
        return MeteredModel(
            *(model, found, self._meter(), files),
            is_local=self.models.is_local(name),
            is_past_budget=is_past_budget,
            action=action,
            tries=lambda: retry.tries if retry else 1,
            shown=shown,
        )

    def _in_turn(self, model: Model) -> Model:
        """Return an embedded model whose heavy requests wait for each other; another as it is."""
        if model.provider != "local":
            return model
        from gearshift.app.turns import InTurn
        from gearshift.providers.local.model import LocalModel

        # The embedded server has two places; one is kept free for completions, whichever window
        # they are of.
        elsewhere = model.turn if isinstance(model, LocalModel) else nullcontext
        return InTurn(model, self._turns.setdefault(model.name, asyncio.Lock()), elsewhere)

    def _meter(self) -> Meter:
        return Meter(
            gate=self.gate,
            ledger=self._app.ledger,
            clock=self._app.clock,
            quota=lambda: self._app.settings.quota,
            admit=self._app.gearing.admit,
            ended=self._ended,
        )

    def _warn_of_retirement(self, model: Model) -> None:
        if self._retirements is None:
            from gearshift.app.retirements import FILE_NAME, Retirements

            def tell(notice: str) -> None:
                self._tell(notice)
                self._app.editor.notify("warning", notice)

            self._retirements = Retirements(self._app.state / FILE_NAME, self._app.clock, tell)
        self._retirements.look(model)

    async def close(self) -> None:
        """Close the connections and end the programs that providers started."""
        self._is_closing = True
        if self._services is not None:
            await self._services.aclose()
        if self._gate is not None:
            self._gate.catch_up()


def _lead(services: Services, way: HttpSettings | None) -> None:
    from gearshift.providers.http import make_transport_for

    services.http.lead(partial(make_transport_for, way=way))
