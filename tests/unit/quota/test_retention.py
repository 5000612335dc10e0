"""Retention: old rows become daily totals, once a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.quota import estimate, quota

from gearshift.core.model import Usage
from gearshift.quota.ledger import Ledger
from gearshift.settings.schema import QuotaSettings

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86400.0


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def spend(path: Path, clock: ManualClock, tokens: int) -> None:
    ledger = Ledger(path, clock)
    reservation = ledger.reserve(estimate(tokens), QuotaSettings())
    ledger.settle(reservation, Usage(input=tokens), 0.5, "completed", 0.1)
    ledger.close()


def test_rows_older_than_90_days_become_totals_and_stay_in_reports(
    tmp_path: Path, clock: ManualClock
) -> None:
    path, start = tmp_path / "ledger.db", clock.time()
    spend(path, clock, 100)
    clock.pass_seconds(95 * DAY)
    spend(path, clock, 10)
    clock.pass_seconds(2 * DAY)
    ledger = Ledger(path, clock)
    assert [entry.usage.input for entry in ledger.recent(9)] == [10]
    (row,) = ledger.spend(start - DAY)
    assert (row.requests, row.input, row.usd) == (2, 110, pytest.approx(1.0))
    assert ledger.windows(quota("month", tokens=1000))[0].used.tokens == 10
    ledger.close()


def test_a_clock_that_runs_ahead_empties_no_window(tmp_path: Path, clock: ManualClock) -> None:
    path, now = tmp_path / "ledger.db", clock.time()
    spend(path, clock, 100)
    clock.set_wall(now + 400 * DAY)
    ahead = Ledger(path, clock)
    ahead.windows(QuotaSettings())
    ahead.close()
    clock.set_wall(now)
    ledger = Ledger(path, clock)
    assert ledger.windows(quota("month", tokens=1000))[0].used.tokens == 100
    ledger.close()


def test_it_is_done_at_most_once_a_day(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "ledger.db"
    spend(path, clock, 100)
    clock.pass_seconds(91 * DAY)
    spend(path, clock, 10)  # rolls up before it writes: the newest row is still the old one
    clock.pass_seconds(DAY / 2)
    ledger = Ledger(path, clock)
    assert len(ledger.recent(9)) == 2
    ledger.close()
    clock.pass_seconds(DAY)
    ledger = Ledger(path, clock)
    assert len(ledger.recent(9)) == 1
    ledger.close()
