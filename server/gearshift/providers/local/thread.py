"""Blocking work beside the event loop, which a cancelled caller can stop."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")


async def in_thread(work: Callable[[threading.Event], _Result]) -> _Result:
    """Return `work(stop)`, run in a thread; when the caller is cancelled, `stop` is set.

    The cancellation goes on only when the thread has ended, so that nothing still writes to a
    file which the caller removes.
    """
    stop = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(work, stop))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([running])
        raise
