"""The gate: what is not worth showing, and why."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.completion.names import new_undefined
from gearshift.core.suggestions import Skip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.completion.hole import Hole
    from gearshift.completion.joined import Joined

WORD = re.compile(r"\w+|[^\w\s]")
REPETITIONS = ((10, 1), (30, 10), (45, 20), (60, 30))
"""So many last tokens that repeat with at most this period are a loop (Copilot's figures)."""

TOO_LONG = Skip("What the cursor stands in is too long to check what fits there.")


def reason_to_withhold(text: str, hole: Hole, joined: Joined) -> Skip | None:
    """Return why `text` is not shown at the hole; None: show it."""
    if not text.strip():
        return Skip("The model had nothing to add here.")
    whole = (hole.head + text + hole.tail).strip()
    below = hole.lines_below
    if below and below[0].strip() == whole and len(whole) > 1:
        return Skip("The model only repeated the next line.")
    if hole.line_above.strip() == whole and len(whole) > 1:
        return Skip("The model only repeated the line above.")
    if _is_loop(text):
        return Skip("The model repeated itself.")
    if joined.is_worse(text):
        return Skip("The model's text would break the syntax of this file.")
    if joined.errors(text) and joined.is_out_of_sight:
        return TOO_LONG
    names = new_undefined(text, hole)
    return undefined(names) if names else None


def undefined(names: Sequence[str]) -> Skip:
    """Return why a text that uses these names is not shown."""
    listed = ", ".join(f"`{name}`" for name in names)
    return Skip(f"The model's text uses {listed}, which this file does not define.")


def _is_loop(text: str) -> bool:
    tokens = WORD.findall(text)
    return any(
        len(tokens) >= length and _period(tokens[-length:]) <= period
        for length, period in REPETITIONS
    )


def _period(tokens: list[str]) -> int:
    """Return the shortest distance at which `tokens` repeat themselves (Knuth-Morris-Pratt)."""
    failure = [0] * len(tokens)
    matched = 0
    for number in range(1, len(tokens)):
        while matched and tokens[number] != tokens[matched]:
            matched = failure[matched - 1]
        matched += tokens[number] == tokens[matched]
        failure[number] = matched
    return len(tokens) - failure[-1]
