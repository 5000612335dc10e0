"""What providers share and are given: connections, keys, time, chance, observers."""

from __future__ import annotations

import asyncio
import random as chance
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gearshift.core.clock import Clock, SystemClock
from gearshift.providers.credentials import Credentials
from gearshift.providers.http import Connections
from gearshift.providers.script import Script

OnLimits = Callable[[str, float, float | None], None]
"""Called with an origin, the percentage left of its throughput, and the Unix time of the reset
(None: not said), whenever a reply states a limit."""


def _ignore_limits(origin: str, remaining_percent: float, reset_at: float | None) -> None:
    del origin, remaining_percent, reset_at


def _be_silent(text: str) -> None:
    del text


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
    launcher: Any = None
    """Starts and finds the process of the embedded model; None: `local` makes its own."""
    tell: Callable[[str], None] = _be_silent
    """Shows what takes long before a request can leave: the embedded model is loading."""
    scripts: dict[Path, Script] = field(default_factory=_no_scripts)
    """Answers files of `scripted` models: two models of one file use up the same lines."""

    async def aclose(self) -> None:
        """Close the connections."""
        await self.http.aclose()
