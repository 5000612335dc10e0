"""The audit log: one line for every request that left or was held back, on this machine only."""

from __future__ import annotations

import json
import os
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

Level = Literal["metadata", "full", "off"]


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
        self._write = write or append_line
        self._has_warned = False

    def record(self, facts: Mapping[str, Any], texts: Mapping[str, Any] | None = None) -> None:
        """Write `facts`, and `texts` too at level `full`. Both must be redacted already."""
        if self.level == "off":
            return
        at = datetime.fromtimestamp(self._clock.time(), timezone.utc)
        entry: dict[str, Any] = {"at": at.isoformat(timespec="milliseconds"), **facts}
        if self.level == "full" and texts is not None:
            entry["request"] = texts
        line = json.dumps(entry, ensure_ascii=True, separators=(",", ":")) + "\n"
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


def append_line(path: Path, line: str) -> None:
    """Append one line in a single write, so that several processes can share the file.

    The file is readable by its owner only. Raises OSError.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, flags, 0o600)
    try:
        os.write(handle, line.encode())
        is_full = os.fstat(handle).st_size >= LARGEST_FILE
    finally:
        os.close(handle)
    if is_full and path.stat().st_size >= LARGEST_FILE:  # no other process has just done it
        path.replace(path.with_name(path.name + ".1"))
