"""The composition root: builds everything once and owns all mutable state.

Features receive plain data and a metered model; what they return goes back through here to the
editor. The parts: `supply` (models, metered), `gearing`, `inline`, `heavy`, `configuration`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from gearshift.app.announcements import Announcements
from gearshift.app.background import Background
from gearshift.app.configuration import Configuration
from gearshift.app.decisions import Decisions, explain
from gearshift.app.gearing import Gearing
from gearshift.app.inline import Inline, InlineTask
from gearshift.app.menu import Menu
from gearshift.app.nearby import Nearby
from gearshift.app.notices import Notices
from gearshift.app.quota_watch import QuotaWatch
from gearshift.app.supply import Supply
from gearshift.app.warm_up import warm_up
from gearshift.core.clock import Clock, SystemClock
from gearshift.quota.bookkeeper import Bookkeeper
from gearshift.settings.folders import state_folder
from gearshift.workspace.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gearshift.app.heavy import Heavy
    from gearshift.app.requests import TaskRequest
    from gearshift.core.editor import Editor
    from gearshift.core.results import TaskFinished
    from gearshift.core.suggestions import Decision, Skip, Suggestion
    from gearshift.core.tasks import Scope, Tier
    from gearshift.core.text import Position
    from gearshift.metrics.status import Status
    from gearshift.quota.warnings import Warned
    from gearshift.settings.schema import Settings


def _nothing() -> None:
    pass


def _now(work: Callable[[], None]) -> None:
    work()


def _unheard(warned: Warned) -> None:
    del warned


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
        self.on_quota_warning: Callable[[Warned], None] = _unheard
        """Called once for each window and threshold, also where a shift tells the user of it."""
        self.on_task_finished: Callable[[TaskFinished], None] = _nobody
        self.later: Callable[[Callable[[], None]], object] = _now
        """Does what an answer need not wait for; an editor's session, right behind the answer."""
        self.is_paused = False
        self.makes_edits = True
        """Whether edits are made; False: they are only shown, so nobody knows if they are kept."""
        self._state = state
        self.watch = QuotaWatch(self)
        self.announcements = Announcements(self)
        self.background = Background()
        self.nearby = Nearby(self)
        self.menu = Menu(self)
        self.notices = Notices(editor, self.clock)
        self.configuration = Configuration(
            self.roots,
            self._configured,
            lambda text: editor.notify("warning", text),
            self.clock,
        )
        self._heavy: Heavy | None = None
        self._ready = asyncio.Event()

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
        self.gearing = Gearing(self.ledger, self.clock, self.announcements.shifted)
        self.supply = Supply(self, self.announcements.say, self.announcements.ended)
        self._inline = Inline(self)
        await self.configuration.start(options)
        self._ready.set()

    async def warm_up(self) -> None:
        """Load what a first completion in the open documents would wait for."""
        catalogue = self.configuration.catalogue
        await warm_up(self.settings, lambda: self.documents.languages, catalogue)

    async def close(self) -> None:
        """Stop all work, settle what is in flight and close files and connections."""
        if self._ready.is_set():
            await self._inline.aclose()
        await self.nearby.aclose()
        if self._heavy is not None:
            await self._heavy.close()
        self.watch.stop()
        if self._ready.is_set():
            # In this order: a program that ends may still speak of its plan.
            await self.supply.close()
            await self.ledger.close()

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
        self.nearby.files_changed(paths)
        if self.configuration.concerns(paths):
            self.background.run(self.configuration.refresh())

    def _keep_up(self) -> None:
        """Take note of what changed outside of the editor: settings, measured forms of models."""
        if self.configuration.is_look_due:
            self.supply.models.keep_up()
            self.background.run(self.configuration.refresh())

    def folders_changed(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """Workspace folders came or went."""
        kept = [root for root in self.roots if root not in set(removed)]
        self.roots = (*kept, *(root for root in added if root not in kept))
        self.supply.forget_gate()
        self.background.run(self.configuration.use_roots(self.roots))

    def _configured(self, settings: Settings) -> None:
        self.announcements.trouble = None  # it may be mended
        self.supply.use(settings)
        self.gearing.configure(settings)
        self._inline.configured()
        self.nearby.configured()
        logging.getLogger("gearshift").setLevel(settings.log.level.upper())
        self.observe_soon()

    # --- inline ----------------------------------------------------------------------------

    async def complete_inline(
        self, uri: str, position: Position, *, is_explicit: bool, task: InlineTask = "inline"
    ) -> Suggestion | Skip:
        """Return what to show at `position`, or why nothing is shown."""
        if not self._ready.is_set():
            await self._ready.wait()
        self._keep_up()
        return await self._inline.complete(uri, position, is_explicit=is_explicit, task=task)

    def document_opened(self, uri: str) -> None:
        """A document was opened."""

    def document_changed(self, uri: str) -> None:
        """A document was edited."""
        if self._ready.is_set():
            self._inline.edited(uri)

    def document_closed(self, uri: str) -> None:
        """A document was closed."""
        if self._ready.is_set():
            self._inline.closed(uri)
        self.nearby.closed(uri)

    def accepted(self, uri: str | None) -> None:
        """The editor says that a suggestion was accepted."""
        self._inline.accepted(uri)

    def count(self, name: str) -> None:
        """Count something that the editor tells: `shown`, `accepted_part`. Never any text."""
        self._inline.counts.tell(name)

    # --- heavy actions ---------------------------------------------------------------------

    @property
    def heavy(self) -> Heavy:
        """The heavy actions that run."""
        if self._heavy is None:
            from gearshift.app.heavy import Heavy

            self._heavy = Heavy(self)
        return self._heavy

    def start_task(self, request: TaskRequest) -> str:
        """Start a heavy action in the background; return its id. Raises UserError."""
        self._keep_up()
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
        self.watch.look_soon()

    async def status(self) -> dict[str, Any]:
        """Return the payload of `gearshift/status`."""
        from gearshift.metrics.status import payload

        return payload(await self._gathered(), self.clock.time())

    async def status_line(self) -> str:
        """Return the status in one line for people."""
        from gearshift.metrics.status import line

        return line(await self._gathered(), self.clock.time())

    async def status_page(self) -> str:
        """Return the status as a page to read, in Markdown."""
        from gearshift.app.status import page

        await self._ready.wait()
        return await page(self)

    async def requests_page(self) -> str:
        """Return the latest requests to models as a page to read, in Markdown."""
        from gearshift.metrics.page import requests_page

        await self._ready.wait()
        return requests_page(await self.ledger.recent(), self.clock.time())

    async def _gathered(self) -> Status:
        from gearshift.app.status import gather

        await self._ready.wait()
        self._keep_up()
        return await gather(self)

    @property
    def n_running(self) -> int:
        """How many heavy actions run."""
        return len(self._heavy.running) if self._heavy else 0

    # --- why -------------------------------------------------------------------------------

    def decided(self, decision: Decision) -> None:
        """Keep a decision for `gearshift.why`, here and for the command line."""
        self.decisions.add(decision)
        self.ledger.record_decision(decision)

    def why(self, uri: str | None = None, line: int | None = None) -> str:
        """Return one sentence: why the last thing happened, or did not, at a place."""
        return explain(self.decisions.about(uri, line))
