"""The words of `gearshift status`."""

from __future__ import annotations

import time
from typing import Any

import pytest

from gearshift.cli.status import window_line
from gearshift.core.clock import moment
from gearshift.metrics.status import iso

HOUR = 3600


def window(**changes: Any) -> dict[str, Any]:
    plain = {"source": "plan", "label": "week", "usedPercent": 63.0, "used": {}, "limit": {}}
    return {**plain, "resetsAt": None, "stale": False, **changes}


@pytest.mark.parametrize("hours", [1, 72])
def test_a_reset_is_told_with_its_day_unless_it_is_near(hours: int) -> None:
    now = int(time.time())
    at = now + hours * HOUR

    line = window_line(window(resetsAt=iso(at)))

    assert line.endswith(f"resets {moment(at, now)}")


def test_an_unknown_share_has_no_bar() -> None:
    assert window_line(window(usedPercent=None)) == "  week   unknown"
