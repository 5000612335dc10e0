"""Intents: requests on their way into the ledger, in a file that outlives a killed process."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from gearshift.core.compact_json import encode
from gearshift.quota import process
from gearshift.quota.book import to_entry, to_row
from gearshift.quota.reservation import RESERVATION_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gearshift.quota.entry import Entry

LARGEST_FILE = 1_000_000
"""Bytes that are noted before the ledger must be, and that are read of a left file.

A process has a few requests on their way; it is thousands while the ledger can't be written."""


def folder_of(ledger: Path) -> Path:
    """Return the folder of the intents of the ledger at `ledger`."""
    return ledger.with_name(f"{ledger.name}-intents")


class Intents:
    """This process's own file: a line is added before a request leaves, which takes some
    microseconds, and the file is emptied once the ledger holds them all. Safe for threads."""

    def __init__(self, ledger: Path) -> None:
        self._folder = folder_of(ledger)
        self._lock = Lock()
        self._file: int | None = None
        self._path: Path | None = None
        self._n_noted = 0
        self._size = 0

    def note(self, entry: Entry) -> bool:
        """Note a request; False where the file can't be written, so that the ledger must be."""
        line = encode(to_row(entry)) + b"\n"
        with self._lock:
            if self._size + len(line) > LARGEST_FILE:
                return False
            try:
                file = self._open() if self._file is None else self._file
                is_whole = os.write(file, line) == len(line)
            except OSError:
                return False
            self._size += len(line)
            self._n_noted += is_whole
            return is_whole

    def entered(self, n: int) -> None:
        """Note that the ledger holds `n` of the requests noted."""
        with self._lock:
            self._n_noted -= n
            if self._n_noted == 0 and self._file is not None:
                with suppress(OSError):
                    os.ftruncate(self._file, 0)
                    self._size = 0

    def close(self) -> None:
        """Close the file; it is removed where the ledger holds all that it says."""
        with self._lock:
            if self._file is None or self._path is None:
                return
            os.close(self._file)
            self._file = None
            if self._n_noted == 0:
                with suppress(OSError):
                    self._path.unlink()

    def _open(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        pid, born = process.own()
        self._path = self._folder / f"{pid}-{born}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        self._file = os.open(self._path, flags, 0o600)
        return self._file


def left(ledger: Path) -> Iterator[tuple[Path, tuple[Entry, ...]]]:
    """Yield the files of processes that are gone, each with the requests in it."""
    try:
        files = [*folder_of(ledger).iterdir()]
    except OSError:
        return
    for file in filter(_is_left, files):
        yield file, tuple(_entries(file))


def remove(file: Path) -> None:
    """Remove the file of a process that is gone; another process may have done it."""
    with suppress(OSError):
        file.unlink()


def _is_left(file: Path) -> bool:
    pid, _, born = file.name.partition("-")
    if not pid.isdecimal() or not born.isdecimal():
        return False
    if process.is_gone(int(pid), int(born)):
        return True
    if os.name == "posix":
        return False
    # Where nobody can say whether a process is gone, its requests are over by now; a file that is
    # still in use can't be removed there.
    with suppress(OSError):
        return file.stat().st_mtime < time.time() - RESERVATION_SECONDS
    return False


def _entries(file: Path) -> Iterator[Entry]:
    try:
        with file.open("rb") as content:
            lines = content.read(LARGEST_FILE).splitlines()
    except OSError:
        return
    for line in lines:
        # A line that was being written when its process was killed is of a request that had not
        # left yet.
        with suppress(ValueError, TypeError):
            yield to_entry(tuple(json.loads(line)))
