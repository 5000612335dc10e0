"""A model server on loopback with real sockets, which answers and fails as a test says."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable


@dataclass
class Answer:
    """How the stub answers one request."""

    pieces: list[bytes] = field(default_factory=list)
    """Body, one write each."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/event-stream"})
    is_raw: bool = False
    """`pieces` are the whole answer as it stands; the connection is closed after them."""
    hangs_before_head: bool = False
    hangs_after: int | None = None
    """Stop for good after so many pieces, connection open."""
    drops_after: int | None = None
    """Abort the connection after so many pieces."""
    pause: float = 0.0
    """Seconds between pieces."""


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


class StubServer:
    """`async with StubServer(…) as server:`; `answers` in turn, then the last again and again."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.answers = list(answers)
        self.choose: Callable[[Seen], Answer | None] = lambda seen: None
        """Chooses the answer to a request; None: the next of `answers`."""
        self.seen: list[Seen] = []
        self.connections = 0
        self.client_left = asyncio.Event()
        """Set when a client closes its socket before the answer's end."""
        self.is_waiting = asyncio.Event()
        """Set when an answer hangs."""
        self.origin = ""
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> StubServer:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, limit=1 << 24, ssl=self._tls
        )
        scheme = "https" if self._tls else "http"
        self.origin = f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self._writers.add(writer)
        try:
            while True:
                self.seen.append(await _read_request(reader, number))
                await self._reply(self._next(), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    def _next(self) -> Answer:
        chosen = self.choose(self.seen[-1])
        if chosen is not None:
            return chosen
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def _reply(
        self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if answer.hangs_before_head:
            await self._wait_for_leaving(reader)
        if answer.is_raw:
            writer.writelines(answer.pieces)
            await writer.drain()
            writer.close()
            raise ConnectionError
        writer.write(_head(answer))
        for number, piece in enumerate([*answer.pieces, None]):
            if number == answer.drops_after:
                await writer.drain()
                writer.transport.abort()
                raise ConnectionError
            if number == answer.hangs_after:
                await self._wait_for_leaving(reader)
            data = piece or b""
            writer.write(b"%x\r\n%s\r\n" % (len(data), data))
            try:
                await writer.drain()
            except ConnectionError:
                self.client_left.set()
                raise
            # Own segments: the client must see each piece alone.
            await asyncio.sleep(answer.pause)

    async def _wait_for_leaving(self, reader: asyncio.StreamReader) -> None:
        self.is_waiting.set()
        try:
            if not await reader.read(1):
                self.client_left.set()
        except ConnectionError:
            self.client_left.set()
        raise ConnectionError


def _head(answer: Answer) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
    return f"HTTP/1.1 {answer.status} X\r\n{fields}transfer-encoding: chunked\r\n\r\n".encode()


async def _read_request(reader: asyncio.StreamReader, connection: int) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *fields = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    path = urlsplit(target).path
    headers = {
        name.lower(): value for name, _, value in (field.partition(": ") for field in fields)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Seen(method, path, headers, body, connection)
