"""The server's end: starts the reading process, asks it, and does without it when it fails."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from gearshift.reading import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gearshift.completion.context.piece import Site
    from gearshift.core.model import ContextSource

logger = logging.getLogger(__name__)
COMMAND = (sys.executable, "-m", "gearshift.reading.process")
LONGEST_LINE = 16 * 1024 * 1024
END_SECONDS = 2.0
"""How long the process may take to end once its input has."""
MOST_STARTS = 3
"""In one session; a process that fails again and again is left alone."""


class Link:
    """The connection to one reading process, begun with the first message."""

    def __init__(self, setting: Callable[[], wire.Message]) -> None:
        """`setting` returns the `workspace` message with which a process begins."""
        self._setting = setting
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[wire.Reply | None]] = {}
        self._sent: dict[Path, int] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._writer: asyncio.WriteTransport | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._n_starts = 0
        self._is_closed = False

    @property
    def is_open(self) -> bool:
        """Whether the process runs and can be asked."""
        return self._writer is not None and not self._writer.is_closing()

    def start(self) -> None:
        """Begin to start the process, unless it runs, or failed too often."""
        is_starting = self._starting is not None and not self._starting.done()
        if self.is_open or is_starting or self._is_closed or self._n_starts >= MOST_STARTS:
            return
        self._n_starts += 1
        self._starting = asyncio.ensure_future(self._start())

    async def started(self) -> None:
        """Wait until the process that is being started can be asked, or has failed."""
        if self._starting is not None:
            await asyncio.wait({self._starting})

    def tell(self, message: wire.Message) -> None:
        """Send a message if the process runs; one that starts later needs none."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(wire.encode(message))

    def restart(self) -> None:
        """Let the process begin anew with the present setting."""
        self.tell(self._setting())

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
        """Ask what to show; the future never fails, None: there will be no answer."""
        number = next(self._ids)
        future: asyncio.Future[wire.Reply | None] = asyncio.get_running_loop().create_future()
        snapshot = site.snapshot
        if not self.is_open or snapshot.path is None:
            future.set_result(None)
            return future
        self._waiting[number] = future
        if self._sent.get(snapshot.path) != snapshot.version:
            self._sent[snapshot.path] = snapshot.version
            self.tell(wire.opened(snapshot.path, snapshot.text))
        self.tell(wire.gather(number, site, characters, names, held))
        return future

    async def aclose(self) -> None:
        """End the process and wait until it has; one that does not end by itself is killed."""
        self._is_closed = True
        if self._starting is not None:
            await asyncio.wait({self._starting})
        if self._writer is not None:
            self._writer.close()
        if self._reading is not None:
            await asyncio.wait({self._reading}, timeout=END_SECONDS)
            self._reading.cancel()
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)

    async def _start(self) -> None:
        try:
            self._process = await asyncio.to_thread(_spawn)
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            loop = asyncio.get_running_loop()
            reader = asyncio.StreamReader(LONGEST_LINE)
            await loop.connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout
            )
            transport, _ = await loop.connect_write_pipe(asyncio.Protocol, self._process.stdin)
        except OSError as error:
            logger.warning("context is not gathered, the reading process can't start: %s", error)
            return
        self._writer = cast(asyncio.WriteTransport, transport)
        self._sent.clear()
        self._reading = asyncio.ensure_future(self._read(reader))
        self.tell(self._setting())

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._receive(wire.decode(line))
        except (OSError, ValueError) as error:
            logger.warning("the reading process said something else than a reply: %s", error)
        finally:
            if self._writer is not None:
                self._writer.close()
            self._writer = None
            waiting, self._waiting = self._waiting, {}
            for future in waiting.values():
                if not future.done():
                    future.set_result(None)
            if not self._is_closed:
                logger.warning("the reading process ended; completions go on without context")

    def _receive(self, message: wire.Message) -> None:
        future = self._waiting.pop(message["id"], None)
        if future is not None and not future.done():
            future.set_result(wire.read_reply(message))


def _spawn() -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
