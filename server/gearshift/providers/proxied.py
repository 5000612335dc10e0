"""Connections through a proxy, by httpx, which knows tunnels, proxy passwords and SOCKS.

Imported only where a proxy is named: httpx costs 65 to 130 ms and 9 MB.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, cast

import httpx

from gearshift.core.errors import SetupNeeded, Unavailable
from gearshift.providers.environment import tls_context

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Mapping

KEEPALIVE_SECONDS = 60.0
"""How long an idle connection is kept."""


class ProxiedAnswer:
    """A server's answer that comes through the proxy."""

    is_complete = False

    def __init__(self, response: httpx.Response, origin: str) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._origin = origin
        stream = cast("AsyncIterable[bytes]", response.stream)
        self._body = cast("AsyncGenerator[bytes, None]", aiter(stream))

    async def read_piece(self) -> bytes:
        """Return what has come of the body, empty at its end. Raises Unavailable."""
        try:
            return await anext(self._body, b"")
        except httpx.HTTPError as error:
            raise _translate(error, self._origin) from error

    async def aclose(self) -> None:
        """End it; a body not read to its end has its socket closed."""
        await self._body.aclose()
        await self._response.aclose()


class Proxied:
    """All connections to one origin through `proxy`. Raises SetupNeeded for an unknown kind."""

    def __init__(self, origin: str, proxy: str, ca_file: str | None = None) -> None:
        self._origin = origin
        limits = httpx.Limits(max_keepalive_connections=4, keepalive_expiry=KEEPALIVE_SECONDS)
        try:
            self._transport = httpx.AsyncHTTPTransport(
                verify=_context(origin, ca_file),
                trust_env=False,
                http2=False,
                limits=limits,
                proxy=proxy,
            )
        except (ImportError, ValueError) as error:
            raise SetupNeeded(
                f"The proxy that is named for {origin} is of a kind that can't be used: set "
                "`http.proxy` or HTTPS_PROXY to an http:// address, or install `httpx[socks]`."
            ) from error

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
    ) -> ProxiedAnswer:
        """Send a request; return the answer when its head has come. Raises Unavailable.

        Nothing is repeated: a proxy's connections are not closed silently.
        """
        del may_repeat
        request = httpx.Request(
            method,
            self._origin + target,
            headers=dict(headers),
            content=body,
            extensions={"timeout": {"connect": connect, "read": wait, "write": wait, "pool": wait}},
        )
        try:
            response = await self._transport.handle_async_request(request)
        except httpx.HTTPError as error:
            raise _translate(error, self._origin) from error
        return ProxiedAnswer(response, self._origin)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()


def _context(origin: str, ca_file: str | None) -> ssl.SSLContext:
    # What goes to an http:// origin needs no authorities, and reading them takes long.
    if origin.startswith("https:"):
        return tls_context(ca_file)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _translate(error: httpx.HTTPError, origin: str) -> Unavailable:
    if isinstance(error, httpx.ProxyError):
        return Unavailable(f"The proxy refused the connection to {origin}.")
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return Unavailable(f"{origin} can't be reached through the proxy: check network and proxy.")
    if isinstance(error, httpx.TimeoutException):
        return Unavailable(f"{origin} sent nothing within the model's timeoutSeconds.")
    return Unavailable(f"{origin} broke off the connection.")
