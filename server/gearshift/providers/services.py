"""What providers share and are given: connections, keys, time, chance, observers."""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from gearshift.core.clock import Clock, SystemClock
from gearshift.core.quota import PlanWindow
from gearshift.providers.credentials import Credentials
from gearshift.providers.http import Connections
from gearshift.providers.script import Script

OnLimits = Callable[[str, float, float | None], None]
"""Called with an origin, the percentage left of its throughput, and the Unix time of the reset
(None: not said), whenever a reply states a limit."""


def _ignore_limits(origin: str, remaining_percent: float, reset_at: float | None) -> None:
    del origin, remaining_percent, reset_at


OnPlan = Callable[[PlanWindow], None]
"""Called with each window of a plan whenever its vendor states it."""


class Program(Protocol):
    """A process that a provider keeps running."""

    async def aclose(self) -> None:
        """End it and wait until it has."""
        ...


def _ignore_plan(window: PlanWindow) -> None:
    del window


def _be_silent(text: str) -> None:
    del text


def _no_programs() -> dict[str | None, Program]:
    return {}


def _no_scripts() -> dict[Path, Script]:
    return {}


@dataclass(frozen=True)
class Services:
    """One bundle for all providers of a process; `aclose` it at the end."""

    http: Connections = field(default_factory=Connections)
    credentials: Credentials = field(default_factory=Credentials)
    clock: Clock = field(default_factory=SystemClock)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Callable[[], float] = chance.random
    """Returns a number from 0 to 1."""
    on_limits: OnLimits = _ignore_limits
    on_plan: OnPlan = _ignore_plan
    launcher: Any = None
    """Starts and finds the process of the embedded model; None: `local` makes its own."""
    tell: Callable[[str], None] = _be_silent
    """Shows what takes long before a request can leave: the embedded model is loading."""
    scripts: dict[Path, Script] = field(default_factory=_no_scripts)
    """Answers files of `scripted` models: two models of one file use up the same lines."""

    programs: dict[str | None, Program] = field(default_factory=_no_programs)
    """Programs that `codex` models share, by the `path` in their settings."""

    async def aclose(self) -> None:
        """Close the connections and end the programs."""
        for program in self.programs.values():
            await program.aclose()
        await self.http.aclose()
