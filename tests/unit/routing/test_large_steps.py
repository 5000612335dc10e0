"""Gears over a real ledger whose single requests are large beside its budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.clock import ManualClock
from tests.support.quota import estimate, quota

from gearshift.core.errors import BudgetReached
from gearshift.core.model import Usage
from gearshift.quota.ledger import Ledger
from gearshift.quota.windows import pressing, settled
from gearshift.routing.gears import GearBox

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.quota.entry import Reservation

LIMIT = 1000
BUDGET = quota("5h", tokens=LIMIT)
ORDER = ("full", "saver", "mini", "local")


class Day:
    """One user's budget of a thousand tokens, and the gears that follow it."""

    def __init__(self, path: Path) -> None:
        self.clock = ManualClock()
        self.ledger = Ledger(path, self.clock)
        self.box = GearBox(BUDGET)
        self.gears = ["full"]

    def reserve(self, tokens: int) -> Reservation:
        reservation = self.ledger.reserve(estimate(tokens, None, action="a"), BUDGET)
        self.look()
        return reservation

    def settle(self, reservation: Reservation, tokens: int) -> None:
        self.ledger.settle(reservation, Usage(input=tokens), None, "answered", 1.0)
        self.look()

    def pass_seconds(self, seconds: float) -> None:
        self.clock.pass_seconds(seconds)
        self.look()

    def look(self) -> None:
        windows = settled(self.ledger.windows(BUDGET))
        shift = self.box.observe(pressing(windows), self.clock.time())
        assert (shift is None) == (self.box.gear == self.gears[-1])
        if shift:
            self.gears.append(shift.new)


@pytest.fixture
def day(tmp_path: Path):
    day = Day(tmp_path / "ledger.sqlite")
    yield day
    day.ledger.close()


def test_what_a_request_under_way_has_reserved_shifts_no_gear(day: Day) -> None:
    day.settle(day.reserve(700), 700)
    long = day.reserve(250)
    shown = pressing(day.ledger.windows(BUDGET)).percent
    day.settle(long, 20)
    assert shown == 95.0, "the status counts it"
    assert day.gears == ["full"]


def test_a_gear_comes_back_only_as_far_down_as_one_request_reaches(day: Day) -> None:
    for _ in range(8):
        day.settle(day.reserve(100), 100)
        day.pass_seconds(60)
    assert day.box.gear == "saver"
    day.pass_seconds(5 * 3600 - 8 * 60 + 1)
    assert pressing(day.ledger.windows(BUDGET)).percent == 70.0
    assert day.box.gear == "saver", "one more request makes 80 % again"
    day.pass_seconds(60)
    assert day.box.gear == "full"


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    size=st.integers(10, 300),
    steps=st.lists(st.tuples(st.floats(1, 7200), st.floats(1.0, 3.0)), min_size=10, max_size=40),
)
def test_a_gear_that_came_back_is_not_left_with_the_next_request(
    tmp_path_factory: pytest.TempPathFactory, size: int, steps: list[tuple[float, float]]
) -> None:
    day = Day(tmp_path_factory.mktemp("day") / "ledger.sqlite")
    for wait, excess in steps:
        left = day.box.gear
        day.pass_seconds(wait)
        came_back = ORDER.index(day.box.gear) < ORDER.index(left)
        try:
            day.settle(day.reserve(int(size * excess)), size)
        except BudgetReached:
            continue
        assert not (came_back and day.box.gear == left)
    day.ledger.close()
