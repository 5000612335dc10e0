"""The server's end: starts the reading process, asks it, and does without it when it fails."""

from __future__ import annotations

import asyncio
import logging
from itertools import count
from typing import TYPE_CHECKING

from gearshift.reading import wire
from gearshift.reading.child import Child

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gearshift.completion.context.piece import Site
    from gearshift.core.model import ContextSource

logger = logging.getLogger(__name__)
MOST_STARTS = 3
"""In one session; a process that fails again and again is left alone."""


class Link:
    """The connection to one reading process."""

    def __init__(self, setting: Callable[[], wire.Message], began: Callable[[], None]) -> None:
        """`setting` returns the `workspace` message with which a process begins; then `began`."""
        self._setting = setting
        self._began = began
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[wire.Reply | None]] = {}
        self._sent: dict[Path, int] = {}
        self._child: Child | None = None
        self._running: asyncio.Task[None] | None = None
        self._n_starts = 0
        self._is_closed = False

    @property
    def is_open(self) -> bool:
        """Whether the process runs and can be asked."""
        return self._child is not None and self._child.is_open

    def start(self) -> None:
        """Begin to start the process, unless it runs, or failed too often."""
        is_running = self._running is not None and not self._running.done()
        if not is_running and not self._is_closed and self._n_starts < MOST_STARTS:
            self._n_starts += 1
            self._running = asyncio.ensure_future(self._run())

    def tell(self, message: wire.Message) -> None:
        """Send a message if the process runs; one that starts later needs none."""
        if self._child is not None and self._child.is_open:
            self._child.write(wire.encode(message))

    def restart(self) -> None:
        """Let the process begin anew with the present setting."""
        self.tell(self._setting())

    def show(self, path: Path, version: int, text: Callable[[], str]) -> None:
        """Send what an open document reads as, unless this version was sent."""
        if self.is_open and self._sent.get(path) != version:
            self._sent[path] = version
            self.tell(wire.opened(path, text()))

    def close_document(self, path: Path) -> None:
        """Say that a document was closed, if it was ever sent."""
        if self._sent.pop(path, None) is not None:
            self.tell(wire.closed(path))

    def gather(
        self,
        site: Site,
        characters: int,
        names: Sequence[ContextSource],
        held: Sequence[str],
    ) -> asyncio.Future[wire.Reply | None]:
        """Ask what to show at a site whose document was sent.

        The future never fails; None: there will be no answer.
        """
        number = next(self._ids)
        future: asyncio.Future[wire.Reply | None] = asyncio.get_running_loop().create_future()
        if self.is_open:
            self._waiting[number] = future
            self.tell(wire.gather(number, site, characters, names, held))
        else:
            future.set_result(None)
        return future

    async def aclose(self) -> None:
        """End the process and wait until it has."""
        self._is_closed = True
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        try:
            self._child = child = await Child.start()
        except OSError as error:
            logger.warning("context is not gathered, the reading process can't start: %s", error)
            return
        self._sent.clear()
        self.tell(self._setting())
        self._began()
        try:
            while line := await child.reader.readline():
                self._receive(wire.decode(line))
            logger.warning("the reading process ended; completions go on without context")
        except (OSError, ValueError) as error:
            logger.warning("the reading process said something else than a reply: %s", error)
        finally:
            self._child = None
            self._lose_all()
            await child.end()

    def _receive(self, message: wire.Message) -> None:
        future = self._waiting.pop(message["id"], None)
        if future is not None and not future.done():
            future.set_result(wire.read_reply(message))

    def _lose_all(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_result(None)
