"""The log file: warnings and decisions of every server and command, never source text or keys."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "gearshift.log"
LARGEST_FILE = 5_000_000
"""Bytes after which a starting process begins a new file; the one before is kept as `.1`.

Only at a start: several processes write to the file, and one that renames it under the others
would split their logs.
"""
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def log_file(state: Path) -> Path:
    """Return the path of the log file; it need not exist."""
    return state / FILE_NAME


def open_log(state: Path) -> None:
    """Send the records of `gearshift` to the log file; a disk that can't be written is no error."""
    path = log_file(state)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > LARGEST_FILE:
            path.replace(path.with_name(f"{FILE_NAME}.1"))
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter(FORMAT))
        logger = logging.getLogger("gearshift")
        logger.addHandler(handler)
        # A full disk must not print a stack for each record.
        logging.raiseExceptions = False
