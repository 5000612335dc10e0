"""Shutdowns of models that vendors have announced, told at a model's first use of a day."""

from __future__ import annotations

import json
import logging
import os
import time
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gearshift.core.clock import Clock
    from gearshift.core.model import Model

logger = logging.getLogger(__name__)
FILE_NAME = "retirements.json"
"""Model and the day on which its shutdown was last told, by whichever window or command."""


class Retirements:
    """Tells of a shutdown once a day at most, over all windows and commands of the user."""

    def __init__(self, path: Path, clock: Clock, tell: Callable[[str], None]) -> None:
        self._path = path
        self._clock = clock
        self._tell = tell
        self._told: dict[str, str] = {}

    def look(self, model: Model) -> None:
        """Tell of the shutdown of `model` if one is near or past and it was not told today."""
        if model.facts.retires is None:
            return
        today = time.strftime("%Y-%m-%d", time.localtime(self._clock.time()))
        if self._told.get(model.name) == today:
            return
        from gearshift.routing.catalogue import retirement

        notice = retirement(model.name, model.facts, today)
        if notice is not None and self._take(model.name, today):
            self._tell(notice)

    def _take(self, name: str, today: str) -> bool:
        """Return whether nobody has told it today; from now on somebody has."""
        self._told = _read(self._path)
        if self._told.get(name) == today:
            return False
        self._told[name] = today
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.write_text(json.dumps(self._told), "utf-8")
            fresh.replace(self._path)
        except OSError as error:
            logger.warning("%s can't be written: %s", self._path, error)
        return True


def _read(path: Path) -> dict[str, str]:
    try:
        found: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    rows = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    return {name: day for name, day in rows.items() if isinstance(day, str)}
