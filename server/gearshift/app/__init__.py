"""The composition root: builds everything once and owns all mutable state.

Features receive plain data and a metered model; what they return goes back through here to the
editor. The rest of this room holds the parts: `models`, `metering`, `gearing`, `inline`, `heavy`.
"""

from __future__ import annotations

import asyncio
import logging
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gearshift.app.configuration import Configuration
from gearshift.app.decisions import Decisions, explain
from gearshift.app.gearing import Gearing
from gearshift.app.inline import Inline, InlineTask
from gearshift.app.metering import Meter, MeteredModel
from gearshift.app.models import Models
from gearshift.app.status import gather
from gearshift.core.clock import Clock, SystemClock
from gearshift.core.tasks import HEAVY_TASKS
from gearshift.metrics.status import line, payload
from gearshift.quota.bookkeeper import Bookkeeper
from gearshift.routing.router import route
from gearshift.settings.folders import state_folder
from gearshift.workspace.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from gearshift.actions.menu import Offer
    from gearshift.app.heavy import Heavy
    from gearshift.app.requests import TaskRequest
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.editor import Editor
    from gearshift.core.results import Decision, Skip, Suggestion, TaskFinished
    from gearshift.core.tasks import Route, Scope, Task, Tier
    from gearshift.core.text import Position, Range
    from gearshift.metrics.status import Status
    from gearshift.privacy.gate import Gate
    from gearshift.providers.services import Services
    from gearshift.routing.gears import Shift
    from gearshift.settings.schema import Settings

logger = logging.getLogger(__name__)
HEAVY_ATTEMPTS = 3
"""How often a heavy task's request is made at most; an inline one is made once."""


def _nothing() -> None:
    pass


def _nobody(finished: TaskFinished) -> None:
    del finished


class App:
    """The engine for one editor or one command; create it inside a running event loop."""

    def __init__(
        self,
        roots: Sequence[Path],
        editor: Editor,
        *,
        clock: Clock | None = None,
        state: Path | None = None,
    ) -> None:
        self.roots = tuple(roots)
        self.editor = editor
        self.clock = clock or SystemClock()
        self.documents = Documents()
        self.decisions = Decisions()
        self.on_status: Callable[[], None] = _nothing
        """Called whenever the status may have changed."""
        self.on_task_finished: Callable[[TaskFinished], None] = _nobody
        self.is_paused = False
        self.announcement = ""
        """The latest shift, in words."""
        self.trouble: str | None = None
        """The last provider's or budget's error, until a request succeeds."""
        self._state = state
        self.configuration = Configuration(
            self.roots, self._configured, lambda text: editor.notify("warning", text)
        )
        self._services: Services | None = None
        self._gate: Gate | None = None
        self._heavy: Heavy | None = None
        self._ready = asyncio.Event()
        self._observing: asyncio.Task[None] | None = None

    # --- life ------------------------------------------------------------------------------

    @property
    def state(self) -> Path:
        """The folder of the ledger, logs and audit."""
        if self._state is None:
            self._state = state_folder()
        return self._state

    async def start(self, options: Any = None) -> None:
        """Read the settings, with `options` as the editor's, and be ready for requests."""
        self.ledger = Bookkeeper(self.state / "ledger.sqlite", self.clock)
        self.gearing = Gearing(self.ledger, self.clock, self._shifted)
        self.models = Models(self._get_services, self.configuration.catalogue)
        self._inline = Inline(self)
        await self.configuration.start(options)
        self._ready.set()

    async def close(self) -> None:
        """Stop all work, settle what is in flight and close files and connections."""
        if self._heavy is not None:
            await self._heavy.close()
        if self._observing is not None:
            self._observing.cancel()
        if self._ready.is_set():
            await self.ledger.close()
        if self._services is not None:
            await self._services.aclose()

    # --- settings --------------------------------------------------------------------------

    @property
    def settings(self) -> Settings:
        """The settings in force; replaced whole when anything changes."""
        return self.configuration.settings

    async def configure(self, options: dict[str, Any]) -> None:
        """Take the editor's latest settings in place of its earlier ones."""
        await self._ready.wait()
        await self.configuration.take(options)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files were saved or changed: settings and ignore rules are read again."""
        if self.configuration.concerns(paths):
            self._later(self.configuration.refresh())

    def folders_changed(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """Workspace folders came or went."""
        kept = [root for root in self.roots if root not in set(removed)]
        self.roots = (*kept, *(root for root in added if root not in kept))
        self._gate = None

    def _configured(self, settings: Settings) -> None:
        self.models.use(settings.models)
        if self._services is not None:
            self._services.credentials.forget()
        self.gearing.configure(settings)
        self._gate = None
        logging.getLogger("gearshift").setLevel(settings.log.level.upper())
        self.observe_soon()

    # --- models ----------------------------------------------------------------------------

    def _get_services(self) -> Services:
        if self._services is None:
            from gearshift.providers.services import Services

            self._services = Services(clock=self.clock, tell=self._announce)
        return self._services

    def _announce(self, text: str) -> None:
        self.announcement = text
        self.on_status()

    @property
    def gate(self) -> Gate:
        """The outbound gate for the settings and folders in force."""
        if self._gate is None:
            from gearshift.privacy.audit import FILE_NAME, AuditLog
            from gearshift.privacy.gate import Gate
            from gearshift.privacy.ignore import IgnoreRules

            privacy = self.settings.privacy
            audit = AuditLog(
                privacy.audit, warn=logger.warning, path=self.state / FILE_NAME, clock=self.clock
            )
            rules = [IgnoreRules(root, privacy, self.clock) for root in self.roots or (None,)]
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
        return route(task, self.gearing.facts(chosen, asked, spent))

    def metered(self, found: Route, file: Path | None, name: str | None = None) -> MeteredModel:
        """Return the routed model, or the one called `name`, behind gate and ledger."""
        name = name or found.model
        model = self.models.get(name)
        if found.task in HEAVY_TASKS:
            from gearshift.providers.retry import retrying

            model = retrying(model, HEAVY_ATTEMPTS, self._get_services())
        is_local = self.models.is_local(name)
        return MeteredModel(model, found, self._meter(), file, is_local=is_local)

    def _meter(self) -> Meter:
        return Meter(
            gate=self.gate,
            ledger=self.ledger,
            clock=self.clock,
            quota=lambda: self.settings.quota,
            admit=self.gearing.admit,
            ended=self._ended,
        )

    def _ended(self, model: Any, error: BaseException | None) -> None:
        self.gearing.ended(model, error)
        if error is None:
            self.trouble = None
        self.observe_soon()

    # --- inline ----------------------------------------------------------------------------

    async def complete_inline(
        self, uri: str, position: Position, *, is_explicit: bool, task: InlineTask = "inline"
    ) -> Suggestion | Skip:
        """Return what to show at `position`, or why nothing is shown."""
        if not self._ready.is_set():
            await self._ready.wait()
        return await self._inline.complete(uri, position, is_explicit=is_explicit, task=task)

    def document_opened(self, uri: str) -> None:
        """A document was opened."""

    def document_changed(self, uri: str) -> None:
        """A document was edited."""

    def document_closed(self, uri: str) -> None:
        """A document was closed."""

    def count(self, name: str) -> None:
        """Count something that the user did: `shown`, `accepted`. Counts only, never text."""
        self.ledger.count(name)

    # --- heavy actions ---------------------------------------------------------------------

    @property
    def heavy(self) -> Heavy:
        """The heavy actions that run."""
        if self._heavy is None:
            from gearshift.app.heavy import Heavy

            self._heavy = Heavy(self)
        return self._heavy

    def offers(
        self, uri: str, span: Range, diagnostics: Sequence[Diagnostic], only: Sequence[str]
    ) -> tuple[Offer, ...]:
        """Return what can be done at `span`; never asks a model."""
        from gearshift.actions.menu import offers

        return offers(self.documents.snapshot(uri), span, diagnostics, only)

    def start_task(self, request: TaskRequest) -> str:
        """Start a heavy action in the background; return its id. Raises UserError."""
        return self.heavy.start(request)

    async def run_task(self, request: TaskRequest) -> TaskFinished:
        """Run a heavy action to its end."""
        await self._ready.wait()
        return await self.heavy.wait(self.heavy.start(request))

    def cancel_task(self, task_id: str) -> None:
        """Stop a heavy action; an unknown id is ignored."""
        if self._heavy is not None:
            self._heavy.cancel(task_id)

    # --- gears and status ------------------------------------------------------------------

    def use(self, tier: Tier | None, scope: Scope = "window") -> None:
        """Let the user choose a tier for heavy tasks; None: automatic again."""
        self.gearing.use(tier, scope)
        self.on_status()

    def pause(self) -> None:
        """Offer no inline completions."""
        self.is_paused = True
        self.on_status()

    def resume(self) -> None:
        """Offer inline completions again."""
        self.is_paused = False
        self.on_status()

    def observe_soon(self) -> None:
        """Look at windows and sources soon; many calls make one look."""
        if self._observing is None or self._observing.done():
            self._observing = asyncio.ensure_future(self._observe())

    async def _observe(self) -> None:
        await asyncio.sleep(0)
        await self.gearing.observe()
        self.on_status()

    def _shifted(self, shift: Shift) -> None:
        logger.info("shift from %s to %s: %s", shift.old, shift.new, shift.reason)
        if shift.is_question:
            self._later(self._ask_to_shift(shift))
        else:
            self._announce(shift.reason)
            self.editor.notify("info", shift.reason)
        self.on_status()

    async def _ask_to_shift(self, shift: Shift) -> None:
        if await self.editor.ask(shift.reason, ("Shift", "Keep")) == "Shift":
            self.gearing.agree()

    async def status(self) -> dict[str, Any]:
        """Return the payload of `gearshift/status`."""
        return payload(await self._gathered())

    async def status_line(self) -> str:
        """Return the status in one line for people."""
        return line(await self._gathered(), self.clock.time())

    async def _gathered(self) -> Status:
        await self._ready.wait()
        return await gather(self)

    @property
    def n_running(self) -> int:
        """How many heavy actions run."""
        return len(self._heavy.running) if self._heavy else 0

    def degraded(self, error: Exception) -> None:
        """Note that a model could not serve; the status shows it, no message pops up."""
        self.trouble = str(error)
        self.on_status()

    # --- why -------------------------------------------------------------------------------

    def decided(self, decision: Decision) -> None:
        """Keep a decision for `gearshift.why`, here and for the command line."""
        self.decisions.add(decision)
        self.ledger.record_decision(decision)

    def why(self, uri: str | None = None, line: int | None = None) -> str:
        """Return one sentence: why the last thing happened, or did not, at a place."""
        return explain(self.decisions.about(uri, line))

    def write_page(self, title: str, markdown: str) -> Path:
        """Write a page to read into the state folder; return its path."""
        folder = self.state / "pages"
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in title.lower())[:60]
        path = folder / f"{name}.md"
        path.write_text(markdown, encoding="utf-8")
        return path

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        task.add_done_callback(_log_failure)


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("background work failed", exc_info=error)
