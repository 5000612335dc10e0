"""Addresses of model servers: whose origin it is, and whether it is this machine."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from gearshift.core.errors import SettingsError


@lru_cache(maxsize=64)
def origin_of(url: str) -> str:
    """Return `scheme://host[:port]` in lower case, default ports left out.

    Raises SettingsError for what is no http address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        raise SettingsError(f"`{url}` is no server address: baseUrl must begin with http(s)://.")
    shown = f"[{host}]" if ":" in host else host
    is_default = port is None or port == (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{shown}" + ("" if is_default else f":{port}")


@lru_cache(maxsize=64)
def is_loopback(url: str) -> bool:
    """Whether `url` leads to this machine, so that nothing leaves it and no key is needed."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
