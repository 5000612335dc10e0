"""A lock between processes: whoever holds the file has it, and its death gives it back."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

_POLL_SECONDS = 0.05


def try_lock(descriptor: int) -> bool:
    """Lock the open file for this process if nobody has it; closing it gives it back."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@asynccontextmanager
async def locked(path: Path) -> AsyncGenerator[None]:
    """Hold the lock file at `path`, which is made if needed and never removed; wait for it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not try_lock(descriptor):  # noqa: ASYNC110 - no event tells that another process let go
            await asyncio.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(descriptor)
