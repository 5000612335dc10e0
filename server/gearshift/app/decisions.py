"""Why something did or did not happen lately: the memory behind `gearshift.why`."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.core.suggestions import Decision

N_KEPT = 200


class Decisions:
    """The latest decisions of this process, newest last."""

    def __init__(self) -> None:
        self._kept: deque[Decision] = deque(maxlen=N_KEPT)

    def add(self, decision: Decision) -> None:
        """Keep a decision; the oldest goes."""
        self._kept.append(decision)

    def about(self, uri: str | None, line: int | None) -> Decision | None:
        """Return the latest decision at a place; the nearest line counts, then the latest."""
        found = [d for d in self._kept if uri is None or d.uri == uri]
        if not found:
            return None
        if line is not None:
            nearest = min(abs(d.line - line) for d in found)
            found = [d for d in found if abs(d.line - line) == nearest]
        return found[-1]


def explain(decision: Decision | None) -> str:
    """Return a decision as a sentence, with the draft that could not be offered."""
    if decision is None:
        return "Nothing was asked for here since the server started."
    at = time.strftime("%H:%M:%S", time.localtime(decision.at))
    by = f" by {decision.model}" if decision.model else ""
    gear = f" in gear {decision.gear}" if decision.gear else ""
    text = f"{at} {decision.task}: {decision.outcome}{by}{gear}. {decision.reason}"
    return f"{text}\n\nWhat the model wrote:\n{decision.kept}" if decision.kept else text
