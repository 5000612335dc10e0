"""When garbage is looked for: behind an answer, so that none has to wait for it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

MOST_YOUNG = 5_000
"""Objects that are made before Python looks by itself: more than are made between two answers."""
FEW_YOUNG = 350
"""Half of Python's own threshold: what four completions leave. Looking takes 0.2 ms."""
SOON_SECONDS = 0.002
"""The editor may run on this core: it gets its answer first."""
ROUNDS = 10
"""How often the young are looked at before those that stayed are; Python's own figure."""


def begin() -> None:
    """Look for garbage from now on, among what is made from now on."""
    gc.freeze()
    gc.set_threshold(MOST_YOUNG, ROUNDS, ROUNDS)
    gc.enable()


def look(loop: asyncio.AbstractEventLoop) -> None:
    """Look soon if there may be some."""
    if gc.get_count()[0] > FEW_YOUNG and gc.isenabled():
        loop.call_later(SOON_SECONDS, _collect)


def _collect() -> None:
    _, middle, old = gc.get_count()
    gc.collect(2 if old > ROUNDS else 1 if middle > ROUNDS else 0)
