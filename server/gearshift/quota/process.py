"""Whether the process that made a reservation still runs, each system's way behind one function."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


def born(pid: int) -> int:
    """Return when process `pid` started, in the system's own ticks; 0 where that can't be read.

    Linux alone tells it without a system call of its own: field 22 of `/proc/PID/stat`, counted
    after the program's name, which may hold spaces and parentheses.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        return int(stat.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0


_born_once = cache(born)


def own() -> tuple[int, int]:
    """Return this process's id and start time."""
    pid = os.getpid()
    return pid, _born_once(pid)


def is_gone(pid: int, started: int) -> bool:
    """Return True where that process surely ended; where it can't be known, False.

    On Windows it is never known: signal 0 would end the process there.
    """
    if os.name != "posix":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return bool(started) and born(pid) not in (0, started)
