"""Direct HTTP/1.1 connections to one origin, on asyncio's own transports and llhttp's parser.

httpx and httpcore take 0.1 ms a piece and 65 ms at first use; see
`docs/decisions/0002-http-transport.md`.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from gearshift.core.errors import Unavailable
from gearshift.providers.address import is_loopback
from gearshift.providers.connection import Connection
from gearshift.providers.waiting import within

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_IDLE = 4
"""Idle connections kept for an origin."""
SPARE_SECONDS = 5.0
"""Longest wait for a connection that is opened ahead."""
IDLE_SECONDS = 60.0
"""An idle connection older than this is not used again: middle boxes forget silently."""


class WireAnswer:
    """A server's answer on one connection."""

    def __init__(self, wire: Wire, connection: Connection, wait: float) -> None:
        self.status = connection.status
        self.headers: Mapping[str, str] = connection.headers
        self._wire = wire
        self._connection = connection
        self._wait = wait

    @property
    def is_complete(self) -> bool:
        """Whether the whole body has been read."""
        return self._connection.is_read

    async def read_piece(self) -> bytes:
        """Return what has come of the body, empty at its end. Raises Unavailable, BadReply."""
        return await self._connection.read_piece(self._wait)

    async def aclose(self) -> None:
        """End it; a body not read to its end has its socket closed at once."""
        self._wire.take_back(self._connection)


class Wire:
    """All direct connections to one origin."""

    def __init__(
        self, origin: str, tls: ssl.SSLContext | None, *, keeps_spare: bool | None = None
    ) -> None:
        parts = urlsplit(origin)
        self._origin = origin
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        netloc = parts.netloc
        # The codec takes 2 ms to load, and nearly all addresses are plain.
        self._host_field = netloc if netloc.isascii() else netloc.encode("idna").decode()
        self._tls = tls
        self._idle: list[Connection] = []
        # A hand shake with a distant server takes tens of milliseconds, on loopback none.
        self._keeps_spare = not is_loopback(origin) if keeps_spare is None else keeps_spare
        self._opening: asyncio.Task[None] | None = None
        self._in_use: set[Connection] = set()

    async def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        connect: float,
        wait: float,
        may_repeat: bool,
    ) -> WireAnswer:
        """Send a request; return the answer when its head has come; see `Connections.send`.

        Raises Unavailable after `connect` seconds without a connection, `wait` without a head.
        """
        request = _head(method, target, self._host_field, headers, len(body)) + body
        old = await self._take_idle()
        if old is not None:
            try:
                return await self._ask(old, request, wait)
            except Unavailable:
                if not (may_repeat and old.was_closed_unanswered):
                    raise
        return await self._ask(await self._open(connect), request, wait)

    async def _ask(self, connection: Connection, request: bytes, wait: float) -> WireAnswer:
        self._in_use.add(connection)
        try:
            connection.send(request)
            await connection.read_head(wait)
        except BaseException:
            self.take_back(connection)
            raise
        return WireAnswer(self, connection, wait)

    def take_back(self, connection: Connection) -> None:
        """Keep `connection` for the next request, or close it when its answer is unfinished."""
        if connection not in self._in_use:
            return
        self._in_use.discard(connection)
        if connection.is_reusable and len(self._idle) < MAX_IDLE:
            self._keep(connection)
            return
        connection.abort()
        if self._keeps_spare and not self._idle and self._opening is None:
            self._opening = asyncio.ensure_future(self._open_spare(SPARE_SECONDS))

    async def aclose(self) -> None:
        """Close every connection."""
        if self._opening is not None:
            self._opening.cancel()
        for connection in [*self._idle, *self._in_use]:
            connection.abort()
        self._idle.clear()
        self._in_use.clear()

    def _keep(self, connection: Connection) -> None:
        connection.lay_aside()
        self._idle.append(connection)

    async def _take_idle(self) -> Connection | None:
        if self._opening is not None and not self._idle:
            # It is ahead of any connection that could be opened now.
            await asyncio.wait({self._opening})
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_reusable and now - connection.idle_since < IDLE_SECONDS:
                return connection
            connection.abort()
        return None

    async def _open_spare(self, seconds: float) -> None:
        """Have a connection ready after one was closed to stop an answer."""
        try:
            self._keep(await self._open(seconds))
        except Unavailable:
            return
        finally:
            self._opening = None

    async def _open(self, seconds: float) -> Connection:
        connection = Connection(self._origin)
        opening = asyncio.get_running_loop().create_connection(
            lambda: connection,
            self._host,
            self._port,
            ssl=self._tls,
            server_hostname=self._host if self._tls else None,
            # A race of addresses doubles the time to connect where each refuses at once.
            happy_eyeballs_delay=None if is_loopback(self._origin) else 0.25,
        )
        try:
            await within(seconds, opening)
        except ssl.SSLError as error:
            raise Unavailable(
                f"{self._origin} shows a certificate that is not trusted: "
                "set `http.caFile` or SSL_CERT_FILE to your authority's file."
            ) from error
        except (OSError, asyncio.TimeoutError) as error:
            raise Unavailable(_unreachable(self._origin)) from error
        except BaseException:
            connection.abort()
            raise
        return connection


def _unreachable(origin: str) -> str:
    if is_loopback(origin):
        return f"Nothing answers at {origin}: start the server there."
    return f"{origin} can't be reached: check the network, baseUrl and proxy."


def _head(method: str, target: str, host: str, headers: Mapping[str, str], length: int) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    size = f"content-length: {length}\r\n" if length or method == "POST" else ""
    return f"{method} {target} HTTP/1.1\r\nhost: {host}\r\n{fields}{size}\r\n".encode("latin-1")
