"""The text before and after the cursor that fits a budget, cut so that it stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CHARACTERS_PER_TOKEN = 3.6
"""As `core.model.estimate_tokens` counts."""
STEPS = ((600, 8), (3_000, 16), (12_000, 32))
"""Characters of a window, and the number of lines by which its beginning moves. A model server
re-uses what it has read up to the first changed token, so the beginning must not move with every
line typed."""
LARGEST_STEP = 64


def prefix_window(lines: Sequence[str], head: str, characters: int, end: int | None = None) -> str:
    """Return the end of `lines` plus `head`, at most about `characters` long, from a line start.

    `end`: how many of the lines are meant; None: all. The others are not touched.
    """
    end = len(lines) if end is None else end
    step = _step(characters)
    left = characters - len(head)
    start = end
    while start and (left := left - len(lines[start - 1])) >= 0:
        start -= 1
    if start:
        rounded = -(-start // step) * step
        start = rounded if rounded < end else start
    return "".join(lines[start:end]) + head[-characters:]


def suffix_window(lines: Sequence[str], characters: int, start: int = 0) -> str:
    """Return `lines` from number `start` on, at most `characters` long, in whole lines."""
    left, end = characters, start
    while end < len(lines) and (left := left - len(lines[end])) >= 0:
        end += 1
    return "".join(lines[start:end])


def _step(characters: int) -> int:
    return next((step for limit, step in STEPS if characters <= limit), LARGEST_STEP)
