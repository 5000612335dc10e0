"""A wait with a limit: its result, its end, and cancellations that are never lost."""

from __future__ import annotations

import asyncio

import pytest

from gearshift.providers.waiting import within


async def test_gives_the_result_and_what_was_raised():
    async def fail() -> None:
        raise OSError("no such host")

    assert await within(5, asyncio.sleep(0, "there")) == "there"
    with pytest.raises(OSError, match="no such host"):
        await within(5, fail())


async def test_ends_what_takes_too_long():
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(asyncio.TimeoutError):
        await within(0.01, wait())
    assert ended.is_set()


@pytest.mark.parametrize("n_steps", range(6))
async def test_a_cancellation_counts_in_whatever_moment_the_work_is_done(n_steps: int):
    done = asyncio.get_running_loop().create_future()

    async def work() -> None:
        await done

    waiting = asyncio.ensure_future(within(60, work()))
    await asyncio.sleep(0.01)
    done.set_result(None)
    for _ in range(n_steps):
        await asyncio.sleep(0)
    was_over = waiting.done()
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled() is not was_over
