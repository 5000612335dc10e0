"""What a completion's prompt shows besides the file: gathered beside, kept while it holds.

A prompt's beginning must not change from key to key, or the model server reads it all again. So
what was gathered for a definition stays as it is while the cursor is in there; only definitions
of names that were not there before are added at its end.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gearshift.completion.context import ALL, context_files
from gearshift.completion.context.piece import Piece, Site
from gearshift.completion.prompt import lines_shown
from gearshift.reading import wire
from gearshift.reading.link import Link
from gearshift.workspace.edits import EditHistory
from gearshift.workspace.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.app import App
    from gearshift.completion.prompt import Limits
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.document import Snapshot
    from gearshift.core.model import ContextFile, ContextSource
    from gearshift.core.text import Position

PATIENCE_SECONDS = 0.02
"""Longest wait of a request for its context, from when it came in; it was not waited for at all
where the pause before the request was longer."""
STEADY_SECONDS = 2.0
"""What was gathered is not gathered again sooner, unless the cursor leaves its definition."""
STALE_SECONDS = 60.0
"""After so long without a look at the rules nothing is shown that was gathered before."""
START_SECONDS = 0.3
"""From the first request to the start of the reading process, which must not delay that one."""
DOCUMENTS = 8
NOT_YET = "Context was not ready in {milliseconds:.0f} ms, so the file alone was shown."
NO_PROCESS = "Context is not gathered yet: the reading process starts after the first request."


@dataclass(frozen=True, slots=True)
class Block:
    """What is shown for one definition of one document."""

    characters: int
    names: tuple[ContextSource, ...]
    scope: range
    n_lines: int
    """Of the document when it was gathered."""
    version: int
    at: float
    pieces: tuple[Piece, ...]
    files: tuple[ContextFile, ...]
    notes: tuple[str, ...] = ()

    def covers(self, snapshot: Snapshot, position: Position) -> bool:
        """Whether it was gathered for where the cursor is, lines added since included."""
        grown = max(0, len(snapshot.lines) - self.n_lines)
        return self.scope.start <= position.line < self.scope.stop + grown

    @property
    def told(self) -> str:
        """What it holds, in words; empty: nothing."""
        counts = [(name, sum(p.source == name for p in self.pieces)) for name in ALL]
        parts = [f"{name} {count}" for name, count in counts if count]
        return f"Shown besides the file: {', '.join(parts)}." if parts else ""


@dataclass(slots=True)
class Wanted:
    """One look at the surroundings that is under way."""

    future: asyncio.Future[wire.Reply | None]
    since: float
    waiting: list[Snapshot] = field(default_factory=list[Snapshot])


class Surroundings:
    """Blocks of a few documents, and the process that gathers them."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._blocks: OrderedDict[str, Block] = OrderedDict()
        self._wanted: dict[str, Wanted] = {}
        self._link: Link | None = None
        self._edits = EditHistory()
        self._problems = Problems()
        self._background: set[asyncio.Task[None]] = set()

    # --- what happens in the editor --------------------------------------------------------

    def told(self, snapshot: Snapshot, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep what the editor says is wrong."""
        self._problems.tell(snapshot, diagnostics)

    def closed(self, uri: str, path: Path | None) -> None:
        """Forget a document."""
        self._blocks.pop(uri, None)
        self._edits.forget(uri)
        self._problems.forget(uri)
        if self._link is not None and path is not None:
            self._link.close_document(path)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files were saved, made or removed."""
        if self._link is not None:
            self._link.tell(wire.changed(paths))

    def configured(self) -> None:
        """Begin anew: other rules or folders may be in force."""
        self._blocks.clear()
        if self._link is not None:
            self._link.restart()

    async def aclose(self) -> None:
        """End the reading process."""
        for task in self._background:
            task.cancel()
        if self._link is not None:
            await self._link.aclose()

    # --- what is shown ---------------------------------------------------------------------

    def want(self, snapshot: Snapshot, position: Position, limits: Limits) -> Waiting | None:
        """Begin to gather for a place where that is needed; return what can be waited for.

        None: there is nothing to wait for.
        """
        names = self._names()
        if not names or snapshot.path is None or not limits.context_characters:
            return None
        if self._link is None:
            self._begin()
            return None
        block = self._blocks.get(snapshot.uri)
        now = self._app.clock.monotonic()
        is_for_here = block is not None and self._is_for(block, snapshot, position, limits, names)
        if block is not None and is_for_here:
            is_steady = block.version == snapshot.version or now - block.at < STEADY_SECONDS
            if is_steady and now - block.at < STALE_SECONDS:
                return None
        if snapshot.uri not in self._wanted:
            self._gather(snapshot, position, limits, names, block if is_for_here else None)
        wanted = self._wanted.get(snapshot.uri)
        is_needed = not is_for_here or (block is not None and now - block.at >= STALE_SECONDS)
        return Waiting(wanted, self._app) if wanted is not None and is_needed else None

    def shown(self, snapshot: Snapshot, limits: Limits) -> Block | None:
        """Return what there is to show now; None: nothing was gathered for this document."""
        block = self._blocks.get(snapshot.uri)
        if block is None or block.characters != limits.context_characters:
            return None
        is_stale = self._app.clock.monotonic() - block.at >= STALE_SECONDS
        return None if is_stale or block.names != self._names() else block

    @property
    def is_reading(self) -> bool:
        """Whether there is a process that can be asked."""
        return self._link is not None and self._link.is_open

    def _names(self) -> tuple[ContextSource, ...]:
        switched = self._app.settings.inline.context
        return tuple(name for name in ALL if switched.get(name, True))

    def _is_for(
        self,
        block: Block,
        snapshot: Snapshot,
        position: Position,
        limits: Limits,
        names: tuple[ContextSource, ...],
    ) -> bool:
        is_same = block.characters == limits.context_characters and block.names == names
        return is_same and block.covers(snapshot, position)

    def _begin(self) -> None:
        self._link = Link(self._setting)
        link = self._link
        self._later(_start_later(link))

    def _setting(self) -> wire.Message:
        exclude = self._app.settings.privacy.exclude
        return wire.workspace(self._app.roots, exclude, is_watched=self._app.is_watched)

    def _gather(
        self,
        snapshot: Snapshot,
        position: Position,
        limits: Limits,
        names: tuple[ContextSource, ...],
        kept: Block | None,
    ) -> None:
        assert self._link is not None
        if not self._link.is_open:
            self._link.start()
            return
        site = Site(
            snapshot,
            position,
            lines_shown(snapshot, position, limits),
            self._edits.look(snapshot) if "edits" in names else (),
            self._problems.of(snapshot) if "diagnostics" in names else (),
        )
        held = [str(piece.file) for piece in kept.pieces] if kept else []
        now = self._app.clock.monotonic()
        future = self._link.gather(site, limits.context_characters, names, held)
        self._wanted[snapshot.uri] = Wanted(future, now)
        self._later(self._take(snapshot, limits, names, kept))

    async def _take(
        self,
        snapshot: Snapshot,
        limits: Limits,
        names: tuple[ContextSource, ...],
        kept: Block | None,
    ) -> None:
        try:
            reply = await self._wanted[snapshot.uri].future
        finally:
            self._wanted.pop(snapshot.uri, None)
        if reply is None or snapshot.uri not in self._app.documents:
            return
        block = Block(
            limits.context_characters,
            names,
            reply.scope,
            len(snapshot.lines),
            snapshot.version,
            self._app.clock.monotonic(),
            reply.pieces,
            context_files(reply.pieces),
            reply.notes,
        )
        still = kept if self._blocks.get(snapshot.uri) is kept and not reply.withheld else None
        self._blocks[snapshot.uri] = merged(still, block) if still is not None else block
        self._blocks.move_to_end(snapshot.uri)
        if len(self._blocks) > DOCUMENTS:
            self._blocks.popitem(last=False)

    def _later(self, work: object) -> None:
        assert asyncio.iscoroutine(work)
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class Waiting:
    """A short wait for what is being gathered."""

    def __init__(self, wanted: Wanted, app: App) -> None:
        self._wanted = wanted
        self._app = app

    async def wait(self) -> None:
        """Return when it is there, or the patience is over."""
        clock = self._app.clock
        left = self._wanted.since + PATIENCE_SECONDS - clock.monotonic()
        if left > 0 and not self._wanted.future.done():
            await asyncio.wait({self._wanted.future}, timeout=left)
            await asyncio.sleep(0)  # whoever takes the reply comes first


async def _start_later(link: Link) -> None:
    await asyncio.sleep(START_SECONDS)
    link.start()


def merged(kept: Block, new: Block) -> Block:
    """Return `kept` with the definitions that only `new` has at its end, or `new` where they do
    not fit, or where a text has changed."""
    texts = {(p.source, p.file, p.label): p.text for p in kept.pieces}
    for piece in new.pieces:
        known = texts.get((piece.source, piece.file, piece.label), piece.text)
        if piece.source == "definitions" and known != piece.text:
            return new
    added = tuple(
        piece
        for piece in new.pieces
        if piece.source == "definitions" and (piece.source, piece.file, piece.label) not in texts
    )
    files = (*kept.files, *context_files(added))
    if added and sum(len(f.text) + len(f.path) for f in files) > kept.characters:
        return new
    pieces = (*kept.pieces, *added)
    return replace(new, pieces=pieces, files=files, scope=new.scope)
