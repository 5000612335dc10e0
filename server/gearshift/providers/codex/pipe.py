"""JSON-RPC over the standard streams of one `codex app-server` process, a line a message."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import Unavailable
from gearshift.providers.untrusted import string, table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST_LINE = 32 * 1024 * 1024
"""Bytes; `turn/completed` repeats the whole answer."""
_END_SECONDS = 2.0
"""How long the process may take to end by itself; 0.09 to 0.11 s were measured."""
_LAST_WORDS_SECONDS = 0.5
_KEPT_BYTES = 4096
"""Of what the program writes to its standard error."""
_DECLINED = -32601
"""JSON-RPC's code for a method that is not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: a result, or the code and words of a refusal."""

    result: Mapping[str, Any]
    code: int | None = None
    message: str = ""
    is_lost: bool = False
    """Whether the process ended before it answered."""


LOST = Answer({}, is_lost=True)


class Pipe:
    """The connection to one process; it is over when the process ends."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        hear: Callable[[str, Mapping[str, Any]], None],
        lose: Callable[[], None],
    ) -> None:
        self._process = process
        self._hear = hear
        self._lose = lose
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self.is_open = True
        self._errors = b""
        self._reading = asyncio.ensure_future(self._read())
        self._reading_errors = asyncio.ensure_future(self._read_errors())

    @classmethod
    async def open(
        cls,
        command: Sequence[str],
        folder: str,
        hear: Callable[[str, Mapping[str, Any]], None],
        lose: Callable[[], None],
    ) -> Pipe:
        """Start `command` in `folder`; `hear` is given each notification, `lose` the end.

        Raises Unavailable where the program can't be started.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=folder,
                limit=_LONGEST_LINE,
                start_new_session=True,  # npm's `codex` is a script that starts the real one
            )
        except OSError as error:
            raise Unavailable(f"codex could not be started: {error.strerror}.") from error
        return cls(process, hear, lose)

    def call(self, method: str, params: Mapping[str, Any]) -> asyncio.Future[Answer]:
        """Send a request; the future never fails, an answer that can't come any more is `LOST`."""
        number = next(self._ids)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if not self.is_open:
            future.set_result(LOST)
            return future
        self._waiting[number] = future
        self._send({"id": number, "method": method, "params": params})
        return future

    def tell(self, method: str, params: Mapping[str, Any] | None = None) -> None:
        """Send a request whose answer does not matter, or without `params` a notification."""
        if params is None:
            self._send({"method": method})
        else:
            self._send({"id": next(self._ids), "method": method, "params": params})

    async def aclose(self) -> None:
        """End the process and wait until it has; one that does not end by itself is killed."""
        self.is_open = False
        assert self._process.stdin is not None
        self._process.stdin.close()
        done, _ = await asyncio.wait({self._reading}, timeout=_END_SECONDS)
        if not done:
            _kill(self._process)
            await asyncio.wait({self._reading}, timeout=_END_SECONDS)

    @property
    def last_words(self) -> str:
        """What the program gave as its error, one line; empty: it said nothing."""
        lines = self._errors.decode(errors="replace").splitlines()
        said = [line.strip() for line in lines if line.startswith("Error:")]
        return said[-1].removeprefix("Error:").strip()[:200] if said else ""

    async def _read_errors(self) -> None:
        assert self._process.stderr is not None
        with suppress(OSError):
            while piece := await self._process.stderr.read(_KEPT_BYTES):
                # The beginning: a stack may follow what went wrong.
                self._errors = (self._errors + piece)[:_KEPT_BYTES]

    def _send(self, message: Mapping[str, Any]) -> None:
        stdin = self._process.stdin
        if self.is_open and stdin is not None and not stdin.is_closing():
            stdin.write(json.dumps(message).encode() + b"\n")

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            # ValueError: a line beyond the limit; what follows it can't be told apart.
            with suppress(ValueError, OSError):
                while line := await self._process.stdout.readline():
                    self._take(line)
            # What the program started may hold its standard error open.
            await asyncio.wait({self._reading_errors}, timeout=_LAST_WORDS_SECONDS)
        finally:
            self.is_open = False
            self._reading_errors.cancel()
            for future in self._waiting.values():
                if not future.done():
                    future.set_result(LOST)
            self._waiting.clear()
            self._lose()
        await self._see_end()

    async def _see_end(self) -> None:
        """Wait for a process whose output has ended, so that no zombie stays."""
        ending = asyncio.ensure_future(self._process.wait())
        done, _ = await asyncio.wait({ending}, timeout=_END_SECONDS)
        if not done:
            _kill(self._process)
            await ending

    def _take(self, line: bytes) -> None:
        try:
            message = table(json.loads(line))
        except ValueError:
            return
        method, number = string(message.get("method")), message.get("id")
        if method and number is not None:
            # Approvals, questions, tool calls: Gearshift's turns act on nothing.
            refusal = {"code": _DECLINED, "message": "Gearshift declines every request."}
            self._send({"id": number, "error": refusal})
        elif method:
            self._hear(method, table(message.get("params")))
        elif isinstance(number, int):
            future = self._waiting.pop(number, None)
            if future is not None and not future.done():
                future.set_result(_answer(message))


def _answer(message: Mapping[str, Any]) -> Answer:
    if "error" not in message:
        return Answer(table(message.get("result")))
    error = table(message["error"])
    code = error.get("code")
    return Answer({}, code if isinstance(code, int) else 0, string(error.get("message")))


def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the process, and on POSIX all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
