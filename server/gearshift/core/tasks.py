"""The tasks, tiers and gears that every room, setting and message names alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Task = Literal["inline", "completion", "fix", "refactor", "tests", "docs", "explain"]
TASKS: tuple[Task, ...] = ("inline", "completion", "fix", "refactor", "tests", "docs", "explain")
HEAVY_TASKS: frozenset[Task] = frozenset({"fix", "refactor", "tests", "docs", "explain"})
"""Tasks that a user starts on purpose and that run in the background."""

Tier = Literal["mini", "full"]
Gear = Literal["full", "saver", "mini", "local"]
"""`full`: as configured. `saver`: mini first where its work can be verified. `mini`: mini only.
`local`: the source is exhausted or broken, so `models.fallback` or nothing."""
Strategy = Literal["direct", "cascade"]
Scope = Literal["next", "window", "always"]


@dataclass(frozen=True, slots=True)
class Route:
    """Which model runs a task, and why."""

    task: Task
    model: str
    """A name in the `models` setting: `mini`, `full`, `fallback` or the user's own."""
    tier: Tier
    gear: Gear
    reason: str
    """One sentence for the user."""
    escalation: str | None = None
    """The model to try when verification rejects this one's work; None: no second model."""
    stands_in_for: str | None = None
    """The model that can't serve now and in whose place this one runs; None: it is the one."""


def switched_off(task: Task) -> str:
    """Return why a task is refused that the settings switch off."""
    return f"The task `{task}` is switched off (`tasks.{task}` in the settings)."
