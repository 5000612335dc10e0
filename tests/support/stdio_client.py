"""An editor's end of a language server on stdio, speaking raw JSON-RPC."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GEARSHIFT = shlex.split(os.environ.get("GEARSHIFT_COMMAND", "")) or [
    sys.executable,
    "-m",
    "gearshift",
]
"""The server under test: the checkout, or an installed wheel."""
SECONDS = 90.0
"""Longest wait for anything; generous, since the machine may be busy."""


class ServerError(Exception):
    """An error response."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.code = error.get("code")


class StdioClient:
    """Starts a server and talks to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.notifications: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        """Requests that the server sent, in order."""
        self.answers: dict[str, Callable[[Any], Any]] = {}
        """What to answer to a server's request, by method; others get null."""
        self._pending: dict[Any, asyncio.Future[Any]] = {}
        self._arrived = asyncio.Condition()
        self._last_id = 0
        self._reader = asyncio.ensure_future(self._read())

    @classmethod
    async def start(
        cls, command: list[str], *, cwd: str | None = None, env: Mapping[str, str] | None = None
    ) -> StdioClient:
        """Start `command`."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            limit=1 << 26,
        )
        return cls(process)

    async def _read(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionResetError):
            while True:
                header = await stdout.readuntil(b"\r\n\r\n")
                length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                await self._take(json.loads(await stdout.readexactly(length)))
        for future in self._pending.values():
            if not future.done():
                future.set_exception(ConnectionError("the server is gone"))
        async with self._arrived:
            self._arrived.notify_all()

    async def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            future = self._pending.pop(message.get("id"), None)
            if future is None or future.done():
                return  # a reply to what was cancelled here, or one with id null
            if "error" in message:
                future.set_exception(ServerError(message["error"]))
            else:
                future.set_result(message.get("result"))
            return
        if "id" in message:
            self.requests.append(message)
            answer = self.answers.get(message["method"], lambda params: None)(message["params"])
            if answer is not NEVER:
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer})
        else:
            self.notifications.append(message)
        async with self._arrived:
            self._arrived.notify_all()

    def send(self, message: Any) -> None:
        """Send a message as it is."""
        self.send_raw(json.dumps(message, ensure_ascii=False).encode())

    def send_raw(self, body: bytes) -> None:
        """Send the frame of `body`."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def begin(self, method: str, params: Any = None) -> tuple[int, asyncio.Future[Any]]:
        """Send a request; return its id and the future of its result."""
        self._last_id += 1
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending[self._last_id] = future
        self.send({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self._last_id, future

    async def request(self, method: str, params: Any = None) -> Any:
        """Return the result of a request; raises ServerError."""
        return await asyncio.wait_for(self.begin(method, params)[1], SECONDS)

    async def until(
        self, found: Callable[[], Any], what: str = "a message", seconds: float = SECONDS
    ) -> Any:
        """Return what `found` returns as soon as it is true; it is asked at every message."""

        async def wait() -> Any:
            async with self._arrived:
                while not (result := found()):
                    await self._arrived.wait()
            return result

        try:
            return await asyncio.wait_for(wait(), seconds)
        except asyncio.TimeoutError:
            seen = [n["method"] for n in self.notifications]
            raise AssertionError(f"{what} did not come; notifications: {seen}") from None

    async def notification(
        self,
        method: str,
        matches: Callable[[Any], bool] = lambda params: True,
        seconds: float = SECONDS,
    ) -> Any:
        """Return the params of the first notification that matches, waiting for it."""

        def found() -> Any:
            for message in self.notifications:
                if message["method"] == method and matches(message["params"]):
                    return message
            return None

        return (await self.until(found, method, seconds))["params"]

    async def initialize(self, params: dict[str, Any]) -> dict[str, Any]:
        """Do the handshake; return the server's answer."""
        result = await self.request("initialize", params)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "python") -> None:
        """Open a document at version 1."""
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    async def finish(self) -> int:
        """Shut down as a good editor does; return the exit code."""
        await self.request("shutdown")
        self.notify("exit")
        return await asyncio.wait_for(self.process.wait(), SECONDS)

    async def aclose(self) -> None:
        """End it, however it is."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        if self.process.stdin is not None:
            self.process.stdin.close()
            with contextlib.suppress(ConnectionError):
                await self.process.stdin.wait_closed()


NEVER = object()
"""The answer of a client that does not answer."""
