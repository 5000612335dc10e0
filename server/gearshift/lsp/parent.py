"""Noticing that the editor's process is gone, also when it left its end of the pipe open."""

from __future__ import annotations

import contextlib
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

    def watch() -> None:
        wait_for(pid)
        loop.call_soon_threadsafe(gone)

    threading.Thread(target=watch, name="parent", daemon=True).start()


if sys.platform == "win32":

    def wait_for(pid: int) -> None:
        """Return when process `pid` has ended."""
        import ctypes

        synchronize, infinite = 0x00100000, 0xFFFFFFFF
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, False, pid)
        if handle:
            ctypes.windll.kernel32.WaitForSingleObject(handle, infinite)

else:

    def wait_for(pid: int) -> None:
        """Return when process `pid` has ended."""
        with contextlib.suppress(ProcessLookupError):
            while True:
                with contextlib.suppress(PermissionError):  # alive, somebody else's
                    os.kill(pid, 0)
                time.sleep(POLL_SECONDS)
