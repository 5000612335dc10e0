"""The reading process as its server holds it: two pipes, and an orderly end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.reading.passing import in_passing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

COMMAND = (sys.executable, "-m", "gearshift.reading.process")
FOLDER = Path(__file__).parents[2]
"""Where it runs: beside the package. `-m` looks for modules in the working folder first; that of
the server is often a cloned repository, which must not be able to run a `queue.py` of its own."""
LONGEST_LINE = 16 * 1024 * 1024
NICE = 5
"""By how much it gives way to the server and the editor: what it reads, nobody waits for."""
END_SECONDS = 2.0
"""How long the process may take to end once its input has."""


class Child:
    """One process; it ends when its input does."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.WriteTransport | asyncio.StreamWriter,
        wait: Callable[[], Awaitable[object]],
        kill: Callable[[], None],
    ) -> None:
        self.reader = reader
        self._writer = writer
        self._wait = wait
        self._kill = kill

    @classmethod
    async def start(cls) -> Child:
        """Start the process. Raises OSError."""
        if sys.platform == "win32":
            return await cls._start_there()
        # asyncio's own way keeps a thread for each process on Python 3.10 and 3.11.
        spawning = asyncio.ensure_future(in_passing(_spawn))
        try:
            process = await asyncio.shield(spawning)
        except asyncio.CancelledError:
            # The thread goes on, and nobody else knows of the process that it starts.
            with await spawning as process:
                process.kill()
            raise
        assert process.stdin is not None
        assert process.stdout is not None
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(LONGEST_LINE)
        protocol = asyncio.StreamReaderProtocol(reader)
        await loop.connect_read_pipe(lambda: protocol, process.stdout)
        transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, process.stdin)
        return cls(reader, transport, lambda: in_passing(process.wait), process.kill)

    @classmethod
    async def _start_there(cls) -> Child:
        """Start it where pipes of other programs can't be waited for (Windows)."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            limit=LONGEST_LINE,
            cwd=FOLDER,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        return cls(process.stdout, process.stdin, process.wait, process.kill)

    @property
    def is_open(self) -> bool:
        """Whether it can be written to."""
        return not self._writer.is_closing()

    def write(self, line: bytes) -> None:
        """Send a line; what the process does not read yet waits in memory."""
        self._writer.write(line)

    async def end(self) -> None:
        """Close its input and wait until it has ended; one that does not is killed."""
        self._writer.close()
        try:
            await asyncio.wait_for(asyncio.shield(self._ended()), END_SECONDS)
        except asyncio.TimeoutError:
            with suppress(ProcessLookupError):
                self._kill()
            await self._ended()

    async def _ended(self) -> None:
        await self._wait()


def _spawn() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=FOLDER,
    )
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
    return process
