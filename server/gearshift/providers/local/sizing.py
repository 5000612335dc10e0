"""How much context the process of an embedded model makes room for on this machine.

Threads and layers on a graphics card are llama.cpp's own choice: it takes the physical cores, and
as many layers as the free memory of the devices that it finds has room for (`fit_params`).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SHARE = 0.5
"""Of the machine's memory, for one model: editor, tools and the other model need the rest."""
SMALLEST = 2048
"""Tokens of context below which neither a completion nor a small function fits."""
CACHE_SHARE = 40_000
"""A token's keys and values take the file's bytes divided by this: 12 KB for Qwen2.5-Coder 0.5B and
28 KB for 1.5B, as their shapes say; of larger models' it is an upper bound (7B: 57 KB)."""


def memory_for(limit_mb: int | None, machine: int | None) -> float | None:
    """Return the bytes that a model may take: the user's limit, else a share of the machine's.

    None: neither is known.
    """
    if limit_mb is not None:
        return limit_mb * 1e6
    return None if machine is None else machine * SHARE


def context_for(path: Path, wanted: int, memory: float | None) -> int:
    """Return the tokens of context for the model file at `path`: `wanted`, halved until it fits.

    `memory` is what the model may take, in bytes; None (unknown), or a file that is not there:
    `wanted`.
    """
    try:
        size = path.stat().st_size
    except OSError:
        return wanted
    if memory is None:
        return wanted
    room = memory - size
    context = wanted
    while context > SMALLEST and context * size / CACHE_SHARE > room:
        context = max(context // 2, SMALLEST)
    return context


def machine_memory() -> int | None:
    """Return the machine's memory in bytes; None where the system does not tell."""
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None


def _windows_memory() -> int | None:
    """Return what Windows says of installed memory, which it counts in KiB."""
    import ctypes

    if sys.platform != "win32":
        return None
    kib = ctypes.c_ulonglong()
    if not ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kib)):
        return None
    return kib.value * 1024
