"""An editor's end of the server's stdio: JSON-RPC frames, requests both ways, an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import Unavailable

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Handler = Callable[[Any], Awaitable[Any]]
"""Takes the params of a server's message; what it returns is the answer to a request."""

END_SECONDS = 5.0
"""Longest wait for an orderly end; the server itself takes at most two seconds."""


class EditorClient:
    """One server process and the conversation with it."""

    def __init__(self, process: Process, handlers: Mapping[str, Handler]) -> None:
        self._process = process
        self._handlers = handlers
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._last_id = 0
        self._reader = asyncio.ensure_future(self._read())

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        handlers: Mapping[str, Handler],
        *,
        folder: Path,
        environment: Mapping[str, str],
        log: Path,
    ) -> EditorClient:
        """Start the server; `handlers` by method get what it says, `log` gets its stderr."""
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=folder,
                env={**os.environ, **environment},
                limit=1 << 26,
                # Ctrl-C in the terminal must reach the demo alone: it ends the server in order.
                start_new_session=sys.platform != "win32",
                creationflags=_own_group(),
            )
        return cls(process, handlers)

    @property
    def pid(self) -> int:
        """The server's process number."""
        return self._process.pid

    async def request(self, method: str, params: Any = None) -> Any:
        """Return the server's result. Raises Unavailable for an error, or when it is gone."""
        self._last_id += 1
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[self._last_id] = future
        self._send({"id": self._last_id, "method": method, "params": params})
        return await future

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    async def close(self) -> None:
        """End the server as a good editor does; one that does not end is killed."""
        try:
            await asyncio.wait_for(self._leave(), END_SECONDS)
        except (asyncio.TimeoutError, Unavailable, OSError):
            _kill(self._process.pid)
            await self._process.wait()
        finally:
            self._reader.cancel()
            for task in self._answering:
                task.cancel()
            await asyncio.gather(self._reader, *self._answering, return_exceptions=True)

    async def _leave(self) -> None:
        if self._process.returncode is None:
            await self.request("shutdown")
            self.notify("exit")
        await self._process.wait()

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while True:
                header = await stdout.readuntil(b"\r\n\r\n")
                length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                self._take(json.loads(await stdout.readexactly(length)))
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(Unavailable("The server ended in the middle of the demo."))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            task = asyncio.ensure_future(self._answer(message))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
            return
        future = self._waiting.pop(message["id"], None)
        if future is None or future.done():
            return
        if "error" in message:
            future.set_exception(Unavailable(f"The server says: {message['error']['message']}"))
        else:
            future.set_result(message.get("result"))

    async def _answer(self, message: dict[str, Any]) -> None:
        handler = self._handlers.get(message["method"])
        result = await handler(message.get("params")) if handler else None
        if "id" in message:
            self._send({"id": message["id"], "result": result})


def _own_group() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def _kill(pid: int) -> None:
    """Kill the server; on POSIX with everything in its session."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)
        else:
            os.killpg(pid, signal.SIGKILL)
