"""What a completion's prompt shows besides the file: gathered beside, kept while it holds."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from gearshift.completion.context.block import Block, context_files, merged
from gearshift.completion.context.piece import Site
from gearshift.completion.prompt import lines_shown
from gearshift.reading import wire
from gearshift.reading.link import Link
from gearshift.workspace.edits import EditHistory
from gearshift.workspace.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gearshift.app import App
    from gearshift.completion.prompt import Limits
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.document import Snapshot
    from gearshift.core.model import ContextSource
    from gearshift.core.text import Position
    from gearshift.privacy.gate import Gate

STEADY_SECONDS = 2.0
"""What was gathered is not gathered again sooner, unless the cursor leaves its definition."""
STALE_SECONDS = 10.0
"""After so long without a look at the rules nothing is shown that was gathered before."""
RULES = frozenset({".gitignore", ".gearshiftignore", ".gearshift.toml"})
"""Files of rules; what was gathered under other rules is not shown any more."""
DOCUMENTS = 8
OPEN_DOCUMENTS = 20
"""So many that were edited last count as open."""
MOST_LINES = 10_000
"""Of a document; sending a longer one would be felt."""
TOO_LONG = f"The file alone was shown: with over {MOST_LINES:,} lines it is too long for context."
LATE = "The file alone was shown: its context was still being gathered."


class Surroundings:
    """Blocks of a few documents, and the process that gathers them."""

    def __init__(self, app: App, *, is_watched: Callable[[], bool]) -> None:
        """`is_watched` says whether the editor tells of files that change on disk."""
        self._app = app
        self._is_watched = is_watched
        self._blocks: OrderedDict[str, Block] = OrderedDict()
        self._wanted: dict[str, asyncio.Task[None]] = {}
        self._told: dict[str, str] = {}
        self._passed: tuple[Block, Gate, tuple[float, ...]] | None = None
        """What the rules let pass last, and when they were looked at."""
        self._news = asyncio.Event()
        self._n_settings = 0
        self._asked: tuple[Snapshot, Position, Limits, tuple[ContextSource, ...]] | None = None
        self._edits = EditHistory()
        self._problems = Problems()
        self._link = Link(self._setting, self._began)

    # --- what happens in the editor --------------------------------------------------------

    def diagnosed(self, snapshot: Snapshot, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep what the editor says is wrong."""
        self._problems.tell(snapshot, diagnostics)

    def closed(self, uri: str) -> None:
        """Forget a document that was closed."""
        self._blocks.pop(uri, None)
        self._told.pop(uri, None)
        self._problems.forget(uri)
        path = self._edits.forget(uri)
        if path is not None:
            self._link.close_document(path)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files were saved, made or removed."""
        self._link.tell(wire.changed(paths))
        if any(path.name in RULES for path in paths):
            self.configured()

    def configured(self) -> None:
        """Begin anew: other rules or folders may be in force."""
        self._blocks.clear()
        self._n_settings += 1
        self._link.restart()

    async def aclose(self) -> None:
        """End the reading process."""
        for wanted in self._wanted.values():
            wanted.cancel()
        await self._link.aclose()

    # --- what is shown ---------------------------------------------------------------------

    def want(
        self,
        snapshot: Snapshot,
        position: Position,
        limits: Limits,
        names: tuple[ContextSource, ...],
    ) -> None:
        """Begin to gather for a place where that is needed."""
        if self._reason_for_none(snapshot, limits, names) is not None:
            self._blocks.pop(snapshot.uri, None)
            return
        block = self._blocks.get(snapshot.uri)
        is_for_here = block is not None and self._holds(block, snapshot, position, limits)
        age = self._app.clock.monotonic() - block.at if block is not None else 0.0
        if block is not None and is_for_here and age < STEADY_SECONDS and not block.is_cut:
            return
        if snapshot.uri not in self._wanted:
            self._gather(snapshot, position, limits, names, block if is_for_here else None)

    def shown(
        self, snapshot: Snapshot, limits: Limits, names: tuple[ContextSource, ...]
    ) -> Block | None:
        """Return what there is to show now; that of the place before is better than nothing.

        What the rules keep in by now is shown no more, and gathered anew.
        Nobody waits for more: it takes tens of milliseconds, and an automatic request pauses.
        """
        reason = self._reason_for_none(snapshot, limits, names)
        block = self._blocks.get(snapshot.uri)
        is_fitting = block is not None and block.characters == limits.context_characters
        if reason is not None or block is None or not is_fitting or self._is_stale(block):
            self._told[snapshot.uri] = LATE if reason is None else reason
            return None
        gate = self._app.supply.gate
        judged = block, gate, gate.looked
        if judged != self._passed:
            reasons = (gate.reason_not_to_show(each.path) for each in block.sources)
            if reason := next(filter(None, reasons), None):
                del self._blocks[snapshot.uri]
                self._told[snapshot.uri] = f"The file alone was shown: {reason}"
                return None
            self._passed = judged
        self._told[snapshot.uri] = block.told
        return block

    def _reason_for_none(
        self, snapshot: Snapshot, limits: Limits, names: tuple[ContextSource, ...]
    ) -> str | None:
        """Return why nothing is gathered for a document, empty if that is as the user wants it."""
        if not names or snapshot.path is None or not limits.context_tokens:
            return ""
        return TOO_LONG if len(snapshot.lines) > MOST_LINES else None

    async def arrived(self, uri: str) -> None:
        """Wait until something was gathered for a document."""
        while uri not in self._blocks:
            self._news.clear()
            await self._news.wait()

    def told(self, uri: str) -> str:
        """Return what was shown with the last request of a document, one sentence or none."""
        return self._told.get(uri, "")

    def _holds(self, block: Block, snapshot: Snapshot, position: Position, limits: Limits) -> bool:
        is_fitting = block.characters == limits.context_characters
        return is_fitting and block.covers(snapshot, position)

    def _is_stale(self, block: Block) -> bool:
        return self._app.clock.monotonic() - block.at >= STALE_SECONDS

    def _began(self) -> None:
        """Gather for the request before which there was no process: the next one is near."""
        if self._asked is not None and self._asked[0].uri in self._app.documents:
            self.want(*self._asked)

    def _setting(self) -> wire.Message:
        exclude = self._app.settings.privacy.exclude
        return wire.workspace(self._app.roots, exclude, is_watched=self._is_watched())

    def _gather(
        self,
        snapshot: Snapshot,
        position: Position,
        limits: Limits,
        names: tuple[ContextSource, ...],
        kept: Block | None,
    ) -> None:
        if not self._link.is_open:
            self._asked = (snapshot, position, limits, names)
            self._link.start()
            return
        self._show_open_documents(snapshot)
        site = Site(
            snapshot,
            position,
            lines_shown(snapshot, position, limits),
            self._edits.look(snapshot),
            self._problems.of(snapshot),
        )
        held = [str(piece.file) for piece in kept.pieces] if kept else []
        future = self._link.gather(site, limits.context_characters, names, held)
        work = self._take(future, snapshot, limits, kept)
        self._wanted[snapshot.uri] = asyncio.ensure_future(work)

    def _show_open_documents(self, current: Snapshot) -> None:
        """Let the reading process see what is open as it is now, saved or not."""
        documents = self._app.documents
        for uri in reversed(list(islice(documents, OPEN_DOCUMENTS))):
            path = documents.path(uri)
            if uri != current.uri and path is not None:
                # As text: taken apart into lines it would stay so, at three times the memory.
                self._link.show(path, documents.version(uri), partial(documents.text, uri))
        if current.path is not None:
            self._link.show(current.path, current.version, lambda: current.text)

    async def _take(
        self,
        future: asyncio.Future[wire.Reply | None],
        snapshot: Snapshot,
        limits: Limits,
        kept: Block | None,
    ) -> None:
        n_settings = self._n_settings
        try:
            reply = await future
        finally:
            self._wanted.pop(snapshot.uri, None)
        is_open = snapshot.uri in self._app.documents
        if reply is None or not is_open or n_settings != self._n_settings:
            return
        block = Block(
            limits.context_characters,
            reply.scope,
            len(snapshot.lines),
            snapshot.version,
            self._app.clock.monotonic(),
            reply.pieces,
            context_files(reply.pieces),
            reply.is_cut,
        )
        is_kept = self._blocks.get(snapshot.uri) is kept and not reply.withheld
        self._blocks[snapshot.uri] = merged(kept, block) if kept and is_kept else block
        self._blocks.move_to_end(snapshot.uri)
        self._news.set()
        if len(self._blocks) > DOCUMENTS:
            self._blocks.popitem(last=False)
