"""The supply of models: which one serves a task, connected, behind gate and ledger."""

from __future__ import annotations

import logging
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.app.metering import Meter, MeteredModel
from gearshift.app.models import Models
from gearshift.core.tasks import HEAVY_TASKS
from gearshift.routing.router import route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gearshift.app import App
    from gearshift.core.model import Model
    from gearshift.core.tasks import Route, Task, Tier
    from gearshift.privacy.gate import Gate
    from gearshift.providers.services import Services
    from gearshift.settings.schema import Settings

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
        self._gate: Gate | None = None
        self.models = Models(self._get_services, app.configuration.catalogue)

    def use(self, settings: Settings) -> None:
        """Serve by these settings from now on; keys and rules are looked up anew."""
        self.models.use(settings.models)
        if self._services is not None:
            self._services.credentials.forget()
        self.forget_gate()

    def forget_gate(self) -> None:
        """Build the gate anew when it is next needed: its settings or folders changed."""
        self._gate = None

    def _get_services(self) -> Services:
        if self._services is None:
            from gearshift.providers.services import Services

            self._services = Services(clock=self._app.clock, tell=self._tell)
        return self._services

    @property
    def gate(self) -> Gate:
        """The outbound gate for the settings and folders in force."""
        if self._gate is None:
            from gearshift.privacy.audit import FILE_NAME, AuditLog
            from gearshift.privacy.gate import Gate
            from gearshift.privacy.ignore import IgnoreRules

            app, privacy = self._app, self._app.settings.privacy
            path = app.state / FILE_NAME
            audit = AuditLog(privacy.audit, warn=logger.warning, path=path, clock=app.clock)
            rules = [IgnoreRules(root, privacy, app.clock) for root in app.roots or (None,)]
            self._gate = Gate(rules, privacy, audit)
        return self._gate

    def route(
        self,
        task: Task,
        *,
        asked: str | None = None,
        chosen: Tier | None = None,
        spent: Mapping[str, str] = MappingProxyType({}),
    ) -> Route:
        """Return which model serves `task` now. Raises SetupNeeded, ProviderError.

        `spent` names models whose budget is reached, each with the reason.
        """
        return route(task, self._app.gearing.facts(chosen, asked, spent))

    def metered(
        self,
        found: Route,
        file: Path | None,
        name: str | None = None,
        *,
        is_past_budget: bool = False,
    ) -> MeteredModel:
        """Return the routed model, or the one called `name`, behind gate and ledger.

        `is_past_budget`: the user chose it for this one action, so that no budget refuses it.
        """
        name = name or found.model
        model = self.models.get(name)
        if found.task in HEAVY_TASKS:
            from gearshift.providers.retry import retrying

            model = retrying(model, HEAVY_ATTEMPTS, self._get_services())
        meter = Meter(
            gate=self.gate,
            ledger=self._app.ledger,
            clock=self._app.clock,
            quota=lambda: self._app.settings.quota,
            admit=self._app.gearing.admit,
            ended=self._ended,
        )
        return MeteredModel(
            *(model, found, meter, file),
            is_local=self.models.is_local(name),
            is_past_budget=is_past_budget,
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._services is not None:
            await self._services.aclose()
