"""Use by local day."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.support.clock import ManualClock
from tests.support.quota import estimate

from gearshift.core.model import Usage
from gearshift.quota.ledger import Ledger
from gearshift.settings.schema import QuotaSettings

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.quota.days import Day

DAY = 86400.0


def used(path: Path, moments: list[float], now: float, n: int) -> tuple[Day, ...]:
    """Return the days of a ledger in which 10 tokens for 1 cent were used at each moment."""
    clock = ManualClock()
    ledger = Ledger(path / "ledger.db", clock)
    for at in sorted(moments):
        clock.pass_seconds(at - clock.time())
        reservation = ledger.reserve(estimate(10), QuotaSettings())
        ledger.settle(reservation, Usage(input=10), 0.01, "answered", 0.1)
    clock.pass_seconds(now - clock.time())
    days = ledger.days(n)
    ledger.close()
    return days


def midnight_after(now: float) -> float:
    year, month, day = time.localtime(now)[:3]
    return time.mktime((year, month, day + 1, 0, 0, 0, 0, 0, -1))


def test_a_request_belongs_to_the_local_day_it_was_made_on(tmp_path: Path) -> None:
    midnight = midnight_after(ManualClock().time())
    days = used(tmp_path, [midnight - 0.5, midnight, midnight + 60], midnight + 120, 3)
    assert [day.counts.requests for day in days] == [0, 1, 2]
    assert [day.counts.tokens for day in days] == [0, 10, 20]
    assert days[-1].counts.usd == 0.02
    assert days[-1].date == time.strftime("%Y-%m-%d", time.localtime(midnight))
    assert days[-2].date == time.strftime("%Y-%m-%d", time.localtime(midnight - 1))


def test_days_before_the_first_are_not_in_the_first(tmp_path: Path) -> None:
    now = midnight_after(ManualClock().time()) + 10 * DAY
    days = used(tmp_path, [now - 8 * DAY, now - 1], now, 7)
    assert len(days) == 7
    assert sum(day.counts.requests for day in days) == 1


def test_each_day_has_its_date_once_also_where_the_clock_is_changed(tmp_path: Path) -> None:
    days = used(tmp_path, [], midnight_after(ManualClock().time()) + 100, 90)
    assert len({day.date for day in days}) == 90
    assert list(days) == sorted(days, key=lambda day: day.date)
