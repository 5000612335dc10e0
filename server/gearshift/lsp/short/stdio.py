"""Bytes in and out without ever blocking the event loop, on pipes, files and Windows."""

from __future__ import annotations

import contextlib
import os
import select
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

READ_BYTES = 65536


def read_into(
    loop: asyncio.AbstractEventLoop, descriptor: int, receive: Callable[[bytes], None]
) -> Callable[[], None]:
    """Call `receive` in the loop with whatever arrives; with b"" once, at the end.

    Return what has it called at once with what has arrived by now, on systems that can tell.
    """

    is_open = True

    def readable() -> None:
        nonlocal is_open
        # What the loop saw may have been read by who caught up: a read of nothing blocks the loop.
        if not is_open or not select.select([descriptor], [], [], 0)[0]:
            return
        try:
            data = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            is_open = False
            loop.remove_reader(descriptor)
        receive(data)

    try:
        loop.add_reader(descriptor, readable)
    except (OSError, NotImplementedError):
        # Windows has no readiness for pipes, and epoll refuses regular files.
        _read_in_thread(loop, descriptor, receive)
        return _nothing
    return readable


def _nothing() -> None:
    pass


def _read_in_thread(
    loop: asyncio.AbstractEventLoop, descriptor: int, receive: Callable[[bytes], None]
) -> None:
    import threading

    def read() -> None:
        data = b"begin"
        while data:
            try:
                data = os.read(descriptor, READ_BYTES)
            except OSError:
                data = b""
            loop.call_soon_threadsafe(receive, data)

    threading.Thread(target=read, name="stdin", daemon=True).start()


class Outbox:
    """Writes frames in order; what the client does not read waits in memory, not in the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, descriptor: int) -> None:
        self._loop = loop
        self._descriptor = descriptor
        self._pending = bytearray()
        self._is_broken = False
        if sys.platform == "win32":
            self._write = _thread_writer(descriptor)
        else:
            os.set_blocking(descriptor, False)
            self._write = self._write_or_keep

    def send(self, frame: bytes) -> None:
        """Send `frame` now if the pipe takes it, else as soon as it does."""
        if not self._is_broken:
            self._write(frame)

    def _write_or_keep(self, frame: bytes) -> None:
        if self._pending:
            self._pending += frame
            return
        written = self._try(frame)
        if written < len(frame) and not self._is_broken:
            self._pending += frame[written:]
            try:
                self._loop.add_writer(self._descriptor, self._drain)
            except OSError:  # a regular file is always ready
                self.flush()

    def _try(self, data: bytes | bytearray) -> int:
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:
            return 0
        except OSError:
            self._is_broken = True
            return 0

    def _drain(self) -> None:
        del self._pending[: self._try(self._pending)]
        if self._is_broken:
            self._pending.clear()
        if not self._pending:
            self._loop.remove_writer(self._descriptor)

    def flush(self) -> None:
        """Write what still waits, at most for a second; for the end of the process."""
        if sys.platform == "win32" or not self._pending:
            return
        while self._pending and not self._is_broken:
            if not select.select([], [self._descriptor], [], 1.0)[1]:
                return
            del self._pending[: self._try(self._pending)]


def _thread_writer(descriptor: int) -> Callable[[bytes], None]:
    """Return a writer on a thread of its own, for systems without readiness for pipes."""
    import queue
    import threading

    frames: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def write() -> None:
        with contextlib.suppress(OSError):  # the editor's end is closed
            while True:
                view = memoryview(frames.get())
                while view:
                    view = view[os.write(descriptor, view) :]

    threading.Thread(target=write, name="stdout", daemon=True).start()
    return frames.put
