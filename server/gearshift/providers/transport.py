"""The httpx side of a connection: transports, requests, and what its exceptions mean.

Imported on the first request, never at start: httpx costs 65 to 130 ms and 9 MB.
"""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from gearshift.core.errors import SetupNeeded, Unavailable
from gearshift.providers.address import is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

KEEPALIVE_SECONDS = 60.0
"""How long an idle connection is kept; a server that closes earlier is noticed on reuse."""


def make_transport(origin: str) -> httpx.AsyncBaseTransport:
    """Return a transport for one origin; none of the environment's settings touch loopback.

    Raises SetupNeeded when the environment asks for a proxy of a kind that is not installed.
    """
    limits = httpx.Limits(
        max_connections=16, max_keepalive_connections=4, keepalive_expiry=KEEPALIVE_SECONDS
    )
    proxy = None if is_loopback(origin) else environment_proxy(origin)
    try:
        return httpx.AsyncHTTPTransport(
            verify=tls_context() if origin.startswith("https:") else _bare_context(),
            trust_env=False,
            http1=True,
            http2=False,
            limits=limits,
            proxy=proxy,
        )
    except (ImportError, ValueError) as error:
        raise SetupNeeded(
            f"The proxy for {origin} in the environment is of a kind that can't be used: "
            "set HTTPS_PROXY to an http:// address, or install `httpx[socks]`."
        ) from error


def environment_proxy(origin: str) -> str | None:
    """Return the proxy that the environment names for `origin`; None: go there directly."""
    parts = urlsplit(origin)
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.hostname or ""):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def tls_context() -> ssl.SSLContext:
    """Return a context that trusts the system's authorities and certifi's.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` replace both, as in other programs.
    """
    context = httpx.create_ssl_context(trust_env=True)
    if not os.environ.get("SSL_CERT_FILE") and not os.environ.get("SSL_CERT_DIR"):
        context.load_default_certs()
    return context


def _bare_context() -> ssl.SSLContext:
    # Never used for a connection; given so that httpx does not read certificates for http://.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_request(
    method: str, url: str, body: bytes, headers: Mapping[str, str], connect: float, wait: float
) -> httpx.Request:
    """Return a request with time-outs in seconds; `body` is JSON or empty."""
    fields = {"accept-encoding": "identity", "user-agent": "gearshift", **headers}
    if body:
        fields["content-type"] = "application/json"
    timeout = {"connect": connect, "read": wait, "write": wait, "pool": wait}
    return httpx.Request(method, url, headers=fields, content=body, extensions={"timeout": timeout})


def translate(error: Exception, origin: str) -> Exception:
    """Return the Gearshift error for a connection's `error`; anything else comes back as it is."""
    if isinstance(error, httpx.ProxyError):
        return Unavailable(f"The proxy for {origin} refused the connection.")
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        if is_loopback(origin):
            return Unavailable(f"Nothing answers at {origin}: start the server there.")
        return Unavailable(f"{origin} can't be reached: check the network, baseUrl and proxy.")
    if isinstance(error, httpx.TimeoutException):
        return Unavailable(f"{origin} sent nothing within the model's timeoutSeconds.")
    if isinstance(error, httpx.TransportError):
        return Unavailable(f"{origin} broke off the connection.")
    return error
