"""The front of `surroundings`, which is loaded after the first completion and never delays it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from gearshift.core.errors import GearshiftError
from gearshift.reading.passing import in_passing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.app import App
    from gearshift.app.surroundings import Surroundings
    from gearshift.completion.context.block import Block
    from gearshift.completion.prompt import Limits
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.document import Snapshot
    from gearshift.core.model import ContextSource
    from gearshift.core.tasks import Route
    from gearshift.core.text import Position

START_SECONDS = 0.3
"""From the first request to the start of the reading process."""
FIRST_SECONDS = 3.0
"""Longest wait of a command that asks once."""
NOT_YET = "The file alone was shown: context is gathered from the first completion on."


class Nearby:
    """What is shown besides the file, once there is somebody who gathers it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._surroundings: Surroundings | None = None
        self._starting: asyncio.Task[None] | None = None
        self._asked: tuple[Snapshot, Position, Route] | None = None
        self.is_watched = False
        """Whether the editor tells of files that change on disk."""

    def want(self, snapshot: Snapshot, position: Position, route: Route) -> None:
        """Begin to gather for a place where that is needed."""
        if self._surroundings is None:
            if self._starting is None and self._is_wanted(route):
                self._starting = asyncio.ensure_future(self._start())
            self._asked = snapshot, position, route
            return
        from gearshift.app.sizes import limits_for

        model, inline = self._app.supply.models.get(route.model), self._app.settings.inline
        limits, names = limits_for(model, inline), self._sources(route)
        self._surroundings.want(snapshot, position, limits, names)

    async def gather_first(self, snapshot: Snapshot, position: Position) -> None:
        """Gather before the first request, for a command that makes only one."""
        with suppress(GearshiftError, asyncio.TimeoutError):  # the request itself will tell
            route = self._app.supply.route("inline")
            if not self._is_wanted(route):
                return
            await self._load()
            assert self._surroundings is not None
            self.want(snapshot, position, route)
            await asyncio.wait_for(self._surroundings.arrived(snapshot.uri), FIRST_SECONDS)

    def shown(self, snapshot: Snapshot, limits: Limits, route: Route) -> Block | None:
        """Return what there is to show now."""
        if self._surroundings is None:
            return None
        return self._surroundings.shown(snapshot, limits, self._sources(route))

    def _sources(self, route: Route) -> tuple[ContextSource, ...]:
        from gearshift.app.sizes import sources_for

        return sources_for(self._app.supply.models.get(route.model), self._app.settings.inline)

    def told(self, uri: str, route: Route) -> str:
        """Return what was shown with the last request of a document, one sentence or none."""
        from gearshift.app.sizes import reason_for_file_alone

        model, inline = self._app.supply.models.get(route.model), self._app.settings.inline
        if reason := reason_for_file_alone(model, inline):
            return reason
        if self._surroundings is not None:
            return self._surroundings.told(uri)
        return NOT_YET if self._is_wanted(route) else ""

    def diagnosed(self, snapshot: Snapshot, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep what the editor says is wrong."""
        if self._surroundings is not None:
            self._surroundings.diagnosed(snapshot, diagnostics)

    def closed(self, uri: str) -> None:
        """Forget a document that was closed."""
        if self._surroundings is not None:
            self._surroundings.closed(uri)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files were saved, made or removed."""
        if self._surroundings is not None:
            self._surroundings.files_changed(paths)

    def configured(self) -> None:
        """Begin anew: other rules or folders may be in force."""
        if self._surroundings is not None:
            self._surroundings.configured()

    async def aclose(self) -> None:
        """End the reading process."""
        if self._starting is not None:
            self._starting.cancel()
        if self._surroundings is not None:
            await self._surroundings.aclose()

    def _is_wanted(self, route: Route) -> bool:
        is_asked = self._app.settings.inline.enable or self._app.settings.completion.enable
        return is_asked and bool(self._sources(route))

    async def _start(self) -> None:
        await asyncio.sleep(START_SECONDS)
        await self._load()
        if self._asked is not None and self._asked[0].uri in self._app.documents:
            with suppress(GearshiftError):  # the request for the same place tells it
                self.want(*self._asked)

    async def _load(self) -> None:
        await in_passing(partial(import_module, "gearshift.app.surroundings"))
        from gearshift.app.surroundings import Surroundings

        self._surroundings = Surroundings(self._app, is_watched=lambda: self.is_watched)
