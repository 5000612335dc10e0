"""Connections to model servers: pooled by origin, HTTP/1.1 only, bounded, closed at once.

HTTP/2 is left out on purpose: httpx never resets a stream there, so a cancelled completion would
be generated, and billed, to its end. Closing an HTTP/1.1 socket stops the server. Redirects are
never followed: a key must not travel to another origin.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.errors import BadReply, GearshiftError
from gearshift.providers.address import origin_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Generator, Mapping

    import httpx

CONNECT_SECONDS = 5.0
"""Longest wait for a connection, TLS included."""
DRAIN_SECONDS = 0.2
"""Longest wait for the end of a reply whose last event has come; then the socket is closed."""
MAX_REPLY_BYTES = 64 * 1024 * 1024
"""Largest reply: about 250,000 tokens in the wordiest event format."""


class Reply:
    """A server's answer: status and headers at once, the body as it comes."""

    def __init__(self, response: httpx.Response, origin: str) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        """Looked up in any case."""
        self.origin = origin
        self._response = response
        self._body = cast(
            "AsyncGenerator[bytes, None]", aiter(cast("AsyncIterable[bytes]", response.stream))
        )

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it comes. Raises Unavailable, BadReply when it is too large."""
        received = 0
        with translated(self.origin):
            async for piece in self._body:
                received += len(piece)
                if received > MAX_REPLY_BYTES:
                    raise BadReply(f"{self.origin} sent more than an answer can hold.")
                yield piece

    async def read(self, limit: int = MAX_REPLY_BYTES) -> bytes:
        """Return the body, cut at `limit` bytes. Raises Unavailable."""
        body = b""
        with translated(self.origin):
            async for piece in self._body:
                body += piece
                if len(body) >= limit:
                    break
        return body[:limit]

    async def drain(self) -> None:
        """Read what follows the last event, so that the connection can serve again."""

        async def rest() -> None:
            async for _ in self._body:
                pass

        try:
            with translated(self.origin):
                await asyncio.wait_for(rest(), DRAIN_SECONDS)
        except (GearshiftError, asyncio.TimeoutError):
            return

    async def aclose(self) -> None:
        """End the reply; a body that was not read to its end has its socket closed."""
        await self._body.aclose()
        await self._response.aclose()


class Connections:
    """All connections of this process; each origin's are made on the first request to it."""

    def __init__(self) -> None:
        self._transports: dict[str, httpx.AsyncBaseTransport] = {}
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str,
        *,
        payload: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float,
    ) -> AsyncGenerator[Reply, None]:
        """Send a request, with `payload` as JSON; leaving the block ends the reply.

        A reply that was not read to its end has its socket closed. `timeout` seconds are the
        longest wait for the reply's head, and between its pieces. Raises Unavailable,
        SettingsError for an address that is none, SetupNeeded for a proxy of an unknown kind.
        """
        origin = origin_of(url)
        transport = self._transports.get(origin) or await self._open(origin)
        from gearshift.providers.transport import make_request

        body = b"" if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        request = make_request(method, url, body, headers or {}, CONNECT_SECONDS, timeout)
        with translated(origin):
            response = await transport.handle_async_request(request)
        reply = Reply(response, origin)
        try:
            yield reply
        finally:
            await reply.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        transports, self._transports = list(self._transports.values()), {}
        for transport in transports:
            await transport.aclose()

    async def _open(self, origin: str) -> httpx.AsyncBaseTransport:
        async with self._opening:
            if origin not in self._transports:
                # Importing httpx and reading certificates take about 0.1 s: not on the loop.
                self._transports[origin] = await asyncio.to_thread(_make_transport, origin)
            return self._transports[origin]


def _make_transport(origin: str) -> httpx.AsyncBaseTransport:
    from gearshift.providers.transport import make_transport

    return make_transport(origin)


@contextmanager
def translated(origin: str) -> Generator[None, None, None]:
    """Raise what goes wrong with a connection as one of Gearshift's own errors."""
    try:
        yield
    except GearshiftError:
        raise
    except Exception as error:
        from gearshift.providers.transport import translate

        raise translate(error, origin) from error
