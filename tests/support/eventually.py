"""Waiting for what another process does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


async def until(holds: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait until `holds()`; fail the test when it does not within `seconds`."""
    rounds = int(seconds / 0.02)
    for _ in range(rounds):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"it did not happen within {seconds:.0f} s")
