"""When garbage is looked for: right behind an answer, so that none has to wait for it."""

from __future__ import annotations

import gc

MOST_YOUNG = 5_000
"""Objects that are made before Python looks by itself: more than are made between two answers."""
FEW_YOUNG = 350
"""Half of Python's own threshold: what four completions leave. Looking takes 0.2 ms."""
ROUNDS = 10
"""How often the young are looked at before those that stayed are; Python's own figure."""


def begin() -> None:
    """Look for garbage from now on, among what is made from now on."""
    gc.freeze()
    gc.set_threshold(MOST_YOUNG, ROUNDS, ROUNDS)
    gc.enable()


def look() -> None:
    """Look now if there may be some, in the order in which Python does."""
    young, middle, old = gc.get_count()
    if young > FEW_YOUNG and gc.isenabled():
        gc.collect(2 if old > ROUNDS else 1 if middle > ROUNDS else 0)
