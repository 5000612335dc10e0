"""Windows and their pressure, and the sums behind them against a naive model."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from tests.support.clock import ManualClock
from tests.support.quota import estimate, quota

from gearshift.core.model import Usage
from gearshift.core.quota import PlanWindow, Window
from gearshift.quota.entry import Counts, Reservation
from gearshift.quota.ledger import Ledger
from gearshift.quota.windows import SECONDS, budget_window, for_model, pressing, pressure
from gearshift.settings.schema import Budget, QuotaSettings

NOW = 1_795_000_000.0
ALL = QuotaSettings(budgets=tuple(Budget(name, tokens=10**9) for name in SECONDS))


def window(percent: float | None, *, stale: bool = False, label: str = "5h") -> Window:
    return Window("plan", label, percent, resets_at=NOW + 60, stale=stale)


@pytest.mark.parametrize(
    ("windows", "percent"),
    [
        pytest.param([], None, id="no window"),
        pytest.param([window(0.0)], 0.0, id="nothing used"),
        pytest.param([window(40.0), window(91.0), window(3.0)], 91.0, id="the highest"),
        pytest.param([window(None)], None, id="unknown"),
        pytest.param([window(None), window(12.0)], 12.0, id="one is unknown"),
        pytest.param([window(99.0, stale=True)], None, id="stale"),
        pytest.param([window(99.0, stale=True), window(5.0)], 5.0, id="one is stale"),
    ],
)
def test_pressure_is_the_highest_live_share(windows: list[Window], percent: float | None) -> None:
    assert pressure(windows) == percent


ORDINARY = Window("plan", "5h", 95.0)
OWN = Window("plan", "5h gpt-6-luna", 30.0, model="gpt-6-luna")


@pytest.mark.parametrize(
    ("model", "percent"),
    [
        pytest.param("gpt-6-luna", 30.0, id="a model with its own bucket"),
        pytest.param("gpt-6.1-sol", 95.0, id="a model without"),
    ],
)
def test_a_model_is_pressed_by_the_bucket_that_meters_it(model: str, percent: float) -> None:
    budget = Window("budget", "day", 20.0)
    assert pressure(for_model((budget, ORDINARY, OWN), model)) == percent


def test_budgets_press_on_every_model() -> None:
    budget = Window("budget", "day", 99.0)
    assert pressure(for_model((budget, ORDINARY, OWN), "gpt-6-luna")) == 99.0


def test_a_windows_bucket_and_model_come_back_from_the_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite", ManualClock(NOW))
    ledger.observe_plan(PlanWindow("codex", "codex", "5h", 95.0, NOW))
    ledger.observe_plan(PlanWindow("codex", "codex_luna", "5h", 30.0, NOW, model="luna"))
    found = [(w.label, w.model, w.used_percent) for w in ledger.windows(quota())[1:]]
    ledger.close()
    assert found == [("5h", None, 95.0), ("5h luna", "luna", 30.0)]


def test_without_a_live_number_the_fullest_stale_window_is_named() -> None:
    stale = [window(20.0, stale=True), window(95.0, stale=True, label="week")]
    pressed = pressing(stale)
    assert (pressed.percent, pressed.label, pressed.resets_at) == (None, "week", NOW + 60)


@pytest.mark.parametrize(
    ("budget", "counts", "percent"),
    [
        pytest.param(Budget("5h", usd=2.0), Counts(nanousd=10**9), 50.0, id="money"),
        pytest.param(
            Budget("5h", usd=2.0, tokens=100), Counts(0, 90, 10**9), 90.0, id="the fullest limit"
        ),
        pytest.param(Budget("5h", usd=2.0), Counts(1, 5, 0, 1), None, id="unknown price"),
        pytest.param(
            Budget("5h", usd=2.0, tokens=100), Counts(1, 5, 0, 1), 5.0, id="tokens are known"
        ),
        pytest.param(Budget("5h", requests=0), Counts(), 100.0, id="nothing is allowed"),
        pytest.param(Budget("5h"), Counts(1, 5), None, id="no limit"),
    ],
)
def test_the_used_share_of_a_budget(budget: Budget, counts: Counts, percent: float | None) -> None:
    made = budget_window(budget, counts, oldest=None, observed_at=NOW, now=NOW)
    assert made.used_percent == percent


class RollingWindows(RuleBasedStateMachine):
    """Drives a ledger and a plain list side by side."""

    reservations = Bundle("reservations")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = ManualClock(NOW)
        self.ledger = Ledger(Path(self.folder.name) / "ledger.db", self.clock)
        self.rows: dict[int, tuple[float, int, int]] = {}

    @rule(target=reservations, tokens=st.integers(1, 1000))
    def reserve(self, tokens: int) -> Reservation:
        reservation = self.ledger.reserve(estimate(tokens), ALL)
        self.rows[reservation.id] = (reservation.entry.at, tokens, 1)
        return reservation

    @rule(reservation=reservations, tokens=st.integers(0, 1000))
    def settle(self, reservation: Reservation, tokens: int) -> None:
        self.ledger.settle(reservation, Usage(input=tokens), 0.0, "completed", 0.1)
        self.rows[reservation.id] = (reservation.entry.at, tokens, 1)

    @rule(reservation=reservations)
    def give_back(self, reservation: Reservation) -> None:
        self.ledger.settle(reservation, None, None, "failed", 0.1)
        self.rows[reservation.id] = (reservation.entry.at, 0, 0)

    @rule(seconds=st.one_of(st.floats(0.001, 7200), st.sampled_from([60, 3600, 18000, 86400])))
    def wait(self, seconds: float) -> None:
        self.clock.pass_seconds(seconds)

    @rule(seconds=st.floats(0.001, 590))
    def put_the_clock_back_a_little(self, seconds: float) -> None:
        self.clock.set_wall(max(self.clock.time() - seconds, self._latest() - 590))

    @rule()
    def sweep(self) -> None:
        self.ledger.sweep()

    @invariant()
    def windows_agree(self) -> None:
        for seen in self.ledger.windows(ALL):
            after = round((self.clock.time() - (seen.seconds or 0)) * 1000)
            inside = [row for row in self.rows.values() if round(row[0] * 1000) > after]
            assert seen.used.tokens == sum(row[1] for row in inside)
            assert seen.used.requests == sum(row[2] for row in inside)
            counted = [row[0] for row in inside if row[2]]
            first = min(counted) + (seen.seconds or 0) if counted else None
            assert seen.resets_at == first

    def _latest(self) -> float:
        return max((row[0] for row in self.rows.values()), default=self.clock.time())

    def teardown(self) -> None:
        assert self.ledger.trouble is None
        self.ledger.close()
        self.folder.cleanup()


TestRollingWindows = RollingWindows.TestCase
TestRollingWindows.settings = settings(max_examples=25, stateful_step_count=25)
