"""The holes that Gearshift loses and another engine does not, to be looked at one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.cut.hole import load
from benchmarks.cut.report import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.cut.outcomes import Outcome

CONTEXT = 300
"""Characters before and after the hole that are printed."""


def lost(outcomes: Sequence[Outcome]) -> str:
    """Return each lost hole: its surroundings, its answer, what was shown by whom."""
    holes = {hole.id: hole for hole in load()}
    parts: list[str] = []
    for name, hole in holes.items():
        here = [o for o in outcomes if o.hole == name]
        ours = next((o for o in here if o.arm == OURS and o.has_post_step), None)
        if ours is None or ours.passed:
            continue
        parts.append(f"=== {name} ({hole.kind})\n{hole.before[-CONTEXT:]}⟦{hole.answer}⟧")
        parts.append(hole.after[:CONTEXT] + "\n")
        for o in here:
            mark = "+" if o.passed else "-"
            step = " + post-step" if o.has_post_step else ""
            parts.append(f"{mark} {o.arm}{step}: {o.text!r}")
    return "\n".join(parts)
