"""The first source of a model file: its official repository at Hugging Face."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from gearshift.core.errors import BadReply, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from gearshift.providers.local.folder import Parts

_CONNECT_SECONDS = 4.0
"""An unreachable hub must not keep the user from the next source."""
_READ_SECONDS = 30.0


def hub_url(repository: str, file: str) -> str:
    """Return the address of a repository's file; `HF_ENDPOINT` names a mirror, as hub tools do."""
    origin = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    return f"{origin}/{repository}/resolve/main/{file}"


async def fetch_from_hub(parts: Parts, progress: Callable[[int], None]) -> None:
    """Complete `parts.start` from the hub, going on where it ends.

    Raises Unavailable when the hub can't be reached or breaks off, BadReply when it has another
    file, SetupNeeded when the disk is full.
    """
    import httpx

    parts.require_space()
    url = hub_url(parts.weights.repository, parts.weights.file)
    limits = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    have = parts.start_bytes()
    if have >= parts.weights.bytes:
        return
    headers = {"Range": f"bytes={have}-"} if have else {}
    headers["Accept-Encoding"] = "identity"
    try:
        async with (
            httpx.AsyncClient(timeout=limits, follow_redirects=True) as client,
            client.stream("GET", url, headers=headers) as reply,
        ):
            await _store(parts, reply, progress)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"{url.split('/')[2]} can't be reached ({_cause(error)})") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise parts.disk_full() from error
        raise


async def _store(parts: Parts, reply: httpx.Response, progress: Callable[[int], None]) -> None:
    host = reply.url.host
    if reply.status_code not in (200, 206):
        raise Unavailable(f"{host} answered {reply.status_code}")
    have = parts.start_bytes() if reply.status_code == 206 else 0
    length = reply.headers.get("Content-Length")
    if length is not None and have + int(length) != parts.weights.bytes:
        raise BadReply(f"{host} has a file of another size")
    with parts.start.open("r+b" if have else "wb") as start:
        start.seek(have)
        async for chunk in reply.aiter_bytes():
            have += len(chunk)
            if have > parts.weights.bytes:
                raise BadReply(f"{host} sends more than the file's size")
            start.write(chunk)
            progress(have)
    if have < parts.weights.bytes:
        raise Unavailable(f"{host} broke off after {have} of {parts.weights.bytes} bytes")


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__
