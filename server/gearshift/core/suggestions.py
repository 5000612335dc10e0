"""What becomes of a completion: a suggestion or a skip, and the decision that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

from gearshift.core.errors import GearshiftError
from gearshift.core.tasks import Gear, Task
from gearshift.core.text import Range


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An inline completion ready to show: put `text` in place of `range`, which is on one line."""

    text: str
    range: Range
    others: tuple[str, ...] = ()
    """What may stand there instead, asked for by who asked again; best first."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing is offered, and why."""

    reason: str
    cause: GearshiftError | None = None
    """The error behind it, which the command line turns into its exit code."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why something did or did not happen, for `gearshift.why`."""

    at: float
    """Unix time."""
    task: Task
    uri: str
    line: int
    """Line of the request, from 0."""
    outcome: str
    """`shown`, `skipped`, `refused`, `failed`, `cancelled`, `applied`."""
    reason: str
    model: str | None = None
    gear: Gear | None = None
    kept: str | None = None
    """What the model wrote where it could not be offered; held in memory, never written down."""
