"""A simulated month at work: every gear comes in, each shift is announced once, budgets hold."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from benchmarks.month import OUTAGE, Month, Simulation, to_text

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder: Path = tmp_path_factory.mktemp("month")
    return Simulation(folder).run()


def test_the_month_goes_through_every_gear(month: Month) -> None:
    assert {gear for gear, _, _ in month.ran} == {"full", "saver", "mini", "local"}


def test_each_shift_is_announced_once_and_leads_on_from_the_last(month: Month) -> None:
    shifts = [shift for _, shift in month.shifts]
    assert shifts[0].old == "full"
    assert all(earlier.new == later.old for earlier, later in pairwise(shifts))
    assert all(shift.old != shift.new and shift.reason for shift in shifts)
    assert not [shift for shift in shifts if shift.is_question]


def test_gears_do_not_flap(month: Month) -> None:
    """A gear that is left for the one before is not back within ten minutes."""
    times = [at for at, _ in month.shifts]
    back = [
        (later[1], later[0] - earlier[0])
        for earlier, later in pairwise(month.shifts)
        if (later[1].old, later[1].new) == (earlier[1].new, earlier[1].old)
    ]
    assert len(times) < 60
    assert all(seconds > 600 for _, seconds in back)


def test_no_window_is_ever_overspent_and_gears_cost_less_than_always_full(month: Month) -> None:
    assert 80 < month.highest <= 100
    assert month.spent < month.always_full


def test_nothing_runs_at_the_vendor_in_its_outage_and_the_gear_comes_back(month: Month) -> None:
    at_vendor = [model for gear, _, model in month.ran if gear == "local" and model != "fallback"]
    assert not at_vendor
    down = [at for at, shift in month.shifts if shift.new == "local"]
    assert any(OUTAGE[0] <= at < OUTAGE[1] for at in down)
    assert month.last_gear == "full"


def test_the_table_shows_gears_shifts_and_both_costs(month: Month) -> None:
    table = to_text(month)
    assert "mini   heavy   mini" in table
    assert "full → saver" in table
    assert f"${month.spent:>6.2f}" in table
    assert f"${month.always_full:>6.2f}" in table
