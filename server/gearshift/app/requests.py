"""What a user asks of a heavy action, in plain data."""

from __future__ import annotations

from dataclasses import dataclass

from gearshift.core.diagnostic import Diagnostic
from gearshift.core.tasks import Task
from gearshift.core.text import Range


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """One heavy action on an open document."""

    task: Task
    uri: str
    range: Range
    """Empty: the symbol there is meant."""
    action: str | None = None
    """Row of the action table (`simplify`, `addTypes`, …); None: the task's usual one."""
    instruction: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    model: str | None = None
    """A tier or a named model for this action alone; None: as routed."""
    keeps_budget: bool = False
    """Whether budgets hold for a named model too: naming one is a choice to go past them else."""
    most_usd: float | None = None
    """What the whole action may cost in US dollars; None: no limit of its own."""
