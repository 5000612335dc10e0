"""Waiting for something at most so long, where whoever waits may be cancelled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

_Result = TypeVar("_Result")


async def within(seconds: float, work: Coroutine[Any, Any, _Result]) -> _Result:
    """Return the result of `work`; after `seconds` it is cancelled. Raises asyncio.TimeoutError.

    Before Python 3.12 `asyncio.wait_for` loses a cancellation that comes in the moment in which the
    work is done: a completion that nobody wants any more would go on to its end.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        # Otherwise what it came to would be reported as never looked at.
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        raise
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
        if task.cancelled():
            raise asyncio.TimeoutError
    return task.result()
