"""Noticing that the editor's process is gone, also when it left its end of the pipe open."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

POLL_SECONDS = 5.0


def watch_parent(loop: asyncio.AbstractEventLoop, pid: int, gone: Callable[[], None]) -> None:
    """Call `gone` in the loop when process `pid` ends; costs no wake-ups on Linux and Windows."""
    if sys.platform == "linux" and hasattr(os, "pidfd_open"):
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            return  # an editor in another container: its numbers mean nothing here
        except OSError:
            pass  # an old kernel or a container that forbids it
        else:
            loop.add_reader(descriptor, gone)
            return
    wait = _wait_on_windows if sys.platform == "win32" else _wait_by_polling

    def watch() -> None:
        wait(pid)
        loop.call_soon_threadsafe(gone)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def _wait_by_polling(pid: int) -> None:
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        except PermissionError:
            pass  # alive, somebody else's
        time.sleep(POLL_SECONDS)


def _wait_on_windows(pid: int) -> None:
    import ctypes

    synchronize, infinite = 0x00100000, 0xFFFFFFFF
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(synchronize, False, pid)
    if handle:
        kernel.WaitForSingleObject(handle, infinite)
