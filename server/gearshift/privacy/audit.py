"""The audit log: one line for every request that left or was held back, on this machine only."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import deque
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from gearshift.core.clock import SystemClock
from gearshift.settings.folders import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gearshift.core.clock import Clock

FILE_NAME = "audit.jsonl"
LARGEST_FILE = 10_000_000
"""Bytes after which a new file is begun; the one before is kept as `audit.jsonl.1`."""

BEHIND_SECONDS = 0.002
"""How long a line waits: what a model that answers at once has said is judged and shown by then."""
LOOK_SECONDS = 1.0
"""How often it is looked whether another process has begun a new file."""

Level = Literal["metadata", "full", "off"]

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
"""`json.dumps` would make an encoder for each request. In ASCII: whatever a path or a text holds, a
request is one line for every tool that reads lines, and no name is changed."""


def audit_file() -> Path:
    """Return the path of the audit log; it need not exist."""
    return state_folder() / FILE_NAME


class AuditLog:
    """Appends JSON Lines; a log that can't be written never stops a request and is told once."""

    def __init__(
        self,
        level: Level,
        *,
        warn: Callable[[str], None],
        path: Path | None = None,
        clock: Clock | None = None,
        write: Callable[[Path, str], None] | None = None,
    ) -> None:
        self.level: Level = level
        self._path = path or audit_file()
        self._warn = warn
        self._clock = clock or SystemClock()
        self._write = write or Appender()
        self._has_warned = False
        self._waiting: deque[Callable[[], None]] = deque()

    def soon(self, write: Callable[[], None]) -> None:
        """Have a line written in a moment, or now where no loop runs: a request leaves meanwhile,
        and a model that answers at once finds nothing in its way."""
        if self.level == "off":
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            write()
        else:
            self._waiting.append(write)
            loop.call_later(BEHIND_SECONDS, self.catch_up)

    def catch_up(self) -> None:
        """Write what waits to be written."""
        while self._waiting:
            self._waiting.popleft()()

    def record(self, facts: Mapping[str, Any], texts: Mapping[str, Any] | None = None) -> None:
        """Write `facts`, and `texts` too at level `full`. Both must be redacted already."""
        if self.level == "off":
            return
        at = datetime.fromtimestamp(self._clock.time(), timezone.utc)
        entry: dict[str, Any] = {"at": at.isoformat(timespec="milliseconds"), **facts}
        if self.level == "full" and texts is not None:
            entry["request"] = texts
        line = _encode(entry) + "\n"
        try:
            self._write(self._path, line)
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                reason = error.strerror or type(error).__name__
                self._warn(
                    f"The audit log {self._path} can't be written ({reason}); requests go on "
                    "without it. Free the disk or correct the folder's rights."
                )


class Appender:
    """Appends lines to one file, each in a single write, so that several processes can share it.

    The file is readable by its owner only, and stays open: opening it for each line costs ten times
    as much as writing. It is opened anew where another process has begun a new one.
    """

    def __init__(self) -> None:
        self._handle: int | None = None
        self._path: Path | None = None
        self._n_bytes = 0
        self._looked_at = float("-inf")

    def __call__(self, path: Path, line: str) -> None:
        """Append `line`. Raises OSError."""
        data = line.encode()
        try:
            self._n_bytes += os.write(self._handle_of(path), data)
            if self._n_bytes >= LARGEST_FILE:
                self._look(path)
        except OSError:
            self.close()
            raise
        if os.name == "nt":  # nobody else could rename or remove the file there
            self.close()

    def close(self) -> None:
        """Close the file; the next line opens it again."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __del__(self) -> None:
        self.close()

    def _handle_of(self, path: Path) -> int:
        now = time.monotonic()
        if path != self._path or now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._look(path)
        if self._handle is None:
            self._path, self._handle = path, _open(path)
            self._n_bytes = os.fstat(self._handle).st_size
        return self._handle

    def _look(self, path: Path) -> None:
        """Close a file that is not at `path` any more; begin a new one where it is too large."""
        if self._handle is None:
            return
        mine = os.fstat(self._handle)
        try:
            there = path.stat()
        except FileNotFoundError:
            self.close()
            return
        is_same = (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
        if is_same and there.st_size < LARGEST_FILE:
            return
        self.close()
        if is_same:
            path.replace(path.with_name(path.name + ".1"))


def _open(path: Path) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(path, flags, 0o600)
