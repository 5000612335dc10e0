"""Connections to model servers: pooled by origin, HTTP/1.1 only, bounded, closed at once.

HTTP/2 is left out on purpose: httpx never resets a stream there, so a cancelled completion would
be generated, and billed, to its end. Closing an HTTP/1.1 socket stops the server. Redirects are
never followed: a key must not travel to another origin.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlsplit

from gearshift.core.compact_json import encode
from gearshift.core.errors import BadReply, ProviderError
from gearshift.providers.address import is_loopback, origin_of
from gearshift.providers.waiting import within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gearshift.settings.schema import HttpSettings

CONNECT_SECONDS = 5.0
"""Longest wait for a connection, TLS included."""
DRAIN_SECONDS = 0.2
"""Longest wait for the end of a reply whose last event has come; then the socket is closed."""
MAX_REPLY_BYTES = 64 * 1024 * 1024
"""Largest reply: about 250,000 tokens in the wordiest event format."""


class Answer(Protocol):
    """What a transport gives of a server's answer."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The fields, looked up in lower case."""
        ...

    @property
    def is_complete(self) -> bool:
        """Whether it is known that the whole body has been read."""
        ...

    async def read_piece(self) -> bytes:
        """Return what has come of the body, empty at its end."""
        ...

    async def aclose(self) -> None:
        """End it."""
        ...


class Transport(Protocol):
    """The way to one origin: direct (`wire.Wire`) or through a proxy (`proxied.Proxied`)."""

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
    ) -> Answer:
        """Send a request; return the answer when its head has come."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


class Reply:
    """A server's answer: status and headers at once, the body as it comes."""

    def __init__(self, answer: Answer, origin: str) -> None:
        self.status = answer.status
        self.headers = answer.headers
        """Looked up in lower case."""
        self.origin = origin
        self._answer = answer
        self._n_bytes = 0

    async def read_piece(self) -> bytes:
        """Return what has come of the body, empty at its end.

        Raises Unavailable, BadReply when it is too large.
        """
        piece = await self._answer.read_piece()
        self._n_bytes += len(piece)
        if self._n_bytes > MAX_REPLY_BYTES:
            raise BadReply(f"{self.origin} sent more than an answer can hold.")
        return piece

    async def read(self, limit: int = MAX_REPLY_BYTES) -> bytes:
        """Return the body, cut at `limit` bytes. Raises Unavailable."""
        body = b""
        while len(body) < limit and (piece := await self._answer.read_piece()):
            body += piece
        return body[:limit]

    async def aclose(self) -> None:
        """End it; a body not read to its end has its socket closed at once."""
        await self._answer.aclose()

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Read on to the end for so long at most, so that the connection can serve again."""
        if self._answer.is_complete:
            return
        try:
            await within(seconds, self.read())
        except (ProviderError, asyncio.TimeoutError):
            return


class Connections:
    """All connections of this process; each origin's are made on the first request to it."""

    def __init__(self, make_transport: Callable[[str], Transport] | None = None) -> None:
        self._make_transport = make_transport or make_transport_for
        self._transports: dict[str, Transport] = {}
        self._left: list[Transport] = []
        self._opening = asyncio.Lock()

    def lead(self, make_transport: Callable[[str], Transport]) -> None:
        """Make every connection anew from now on; requests under way end on the old ones."""
        self._make_transport = make_transport
        self._left += self._transports.values()
        self._transports = {}

    async def send(
        self,
        method: str,
        url: str,
        *,
        payload: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float,
        may_repeat: bool = False,
    ) -> Reply:
        """Send a request, with `payload` as JSON; whoever gets the reply closes it.

        A reply that was not read to its end has its socket closed. `timeout` seconds are the
        longest wait for the reply's head, and between its pieces. Raises Unavailable, BadReply,
        SettingsError for an address that is none, SetupNeeded for a proxy of an unknown kind.

        `may_repeat`: whether to send it again, once, when an old connection turns out to be closed
        before any answer. The server may have seen the first one, so only where asking is free.
        """
        origin = origin_of(url)
        transport = self._transports.get(origin) or await self._open(origin)
        fields = {"user-agent": "gearshift", "accept-encoding": "identity", **(headers or {})}
        body = b""
        if payload is not None:
            body = encode(payload)
            fields["content-type"] = "application/json"
        answer = await transport.send(
            method,
            _target(url),
            fields,
            body,
            connect=CONNECT_SECONDS,
            wait=timeout,
            may_repeat=may_repeat,
        )
        return Reply(answer, origin)

    async def aclose(self) -> None:
        """Close every connection."""
        transports = [*self._left, *self._transports.values()]
        self._left, self._transports = [], {}
        for transport in transports:
            await transport.aclose()

    async def _open(self, origin: str) -> Transport:
        async with self._opening:
            if origin not in self._transports:
                # Reading certificates takes up to 0.1 s: not on the loop.
                make = self._make_transport
                self._transports[origin] = await asyncio.to_thread(make, origin)
            return self._transports[origin]


@lru_cache(maxsize=64)
def _target(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return quote((parts.path or "/") + query, safe="/?%:@!$&'()*+,;=-._~")


def make_transport_for(origin: str, way: HttpSettings | None = None) -> Transport:
    """Return the way to `origin` by the environment and the settings; no proxy leads to loopback.

    Raises SetupNeeded for a proxy of an unknown kind, or a file that holds no authority.
    """
    from gearshift.providers.wire import Wire

    if is_loopback(origin) and origin.startswith("http:"):
        return Wire(origin, None)
    from gearshift.providers.environment import proxy_for, tls_context

    ca_file = way.ca_file if way else None
    proxy = None if is_loopback(origin) else proxy_for(origin, way.proxy if way else None)
    if proxy is not None:
        from gearshift.providers.proxied import Proxied

        return Proxied(origin, proxy, ca_file)
    return Wire(origin, tls_context(ca_file) if origin.startswith("https:") else None)
