"""The ledger: reservations, settlements, budgets, windows over one healthy file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.quota import estimate, quota

from gearshift.core.errors import BudgetReached
from gearshift.core.model import Usage
from gearshift.core.quota import PastShift, PlanWindow, Use
from gearshift.core.results import Decision
from gearshift.quota.ledger import Ledger
from gearshift.quota.reservation import RESERVATION_SECONDS
from gearshift.settings.schema import Budget, QuotaSettings

if TYPE_CHECKING:
    from pathlib import Path

HOUR = 3600.0
NO_BUDGETS = QuotaSettings()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: ManualClock):
    ledger = Ledger(tmp_path / "state" / "ledger.db", clock)
    yield ledger
    assert ledger.trouble is None
    ledger.close()


def used(ledger: Ledger, settings: QuotaSettings) -> Use:
    return ledger.windows(settings)[0].used


def test_a_reservation_counts_at_its_estimate_until_it_is_settled(ledger: Ledger) -> None:
    budget = quota(usd=1.0)
    reservation = ledger.reserve(estimate(100, 0.5), budget)
    assert used(ledger, budget) == Use(0.5, 100, 1)
    ledger.settle(reservation, Usage(input=70, output=5), 0.2, "completed", 0.4)
    assert used(ledger, budget) == Use(0.2, 75, 1)


def test_settling_twice_replaces_the_first_settlement(ledger: Ledger) -> None:
    budget = quota(usd=1.0)
    reservation = ledger.reserve(estimate(), budget)
    ledger.settle(reservation, Usage(input=10, output=1), 0.1, "cancelled", 0.1)
    ledger.settle(reservation, Usage(input=20, output=2), 0.3, "completed", 0.2)
    assert used(ledger, budget) == Use(0.3, 22, 1)
    assert [entry.outcome for entry in ledger.recent(10)] == ["completed"]


def test_what_never_reached_the_vendor_counts_nothing(ledger: Ledger) -> None:
    budget = quota(requests=5)
    reservation = ledger.reserve(estimate(), budget)
    ledger.settle(reservation, None, None, "failed", 0.1)
    assert used(ledger, budget) == Use(0.0, 0, 0)
    assert ledger.recent(1)[0].outcome == "failed"


def test_a_forgotten_reservation_lapses_at_its_estimate(ledger: Ledger, clock: ManualClock) -> None:
    budget = quota("day", usd=1.0)
    reservation = ledger.reserve(estimate(100, 0.5), budget)
    clock.pass_seconds(RESERVATION_SECONDS + 1)
    ledger.sweep()
    assert ledger.recent(1)[0].state == "lapsed"
    assert used(ledger, budget) == Use(0.5, 100, 1)
    ledger.settle(reservation, Usage(input=8, output=2), 0.1, "completed", 700.0)
    assert used(ledger, budget) == Use(0.1, 10, 1)


def test_a_running_reservation_of_this_process_does_not_lapse(
    ledger: Ledger, clock: ManualClock
) -> None:
    ledger.reserve(estimate(), NO_BUDGETS)
    clock.pass_seconds(RESERVATION_SECONDS - 1)
    ledger.sweep()
    assert ledger.recent(1)[0].state == "reserved"


@pytest.mark.parametrize(
    ("limits", "fits", "sentence"),
    [
        pytest.param({"usd": 1.0}, 2, "budget of $1.00 would be exceeded: $0.80", id="money"),
        pytest.param({"tokens": 250}, 2, "250 tokens would be exceeded: 200 tokens", id="tokens"),
        pytest.param({"requests": 1}, 1, "1 request would be exceeded: 1 request", id="requests"),
        pytest.param({"usd": 9.0, "tokens": 350}, 3, "350 tokens", id="the tightest limit"),
    ],
)
def test_a_request_beyond_a_budget_is_refused_with_the_figures(
    ledger: Ledger, limits: dict[str, float], fits: int, sentence: str
) -> None:
    budget = quota(**limits)
    for _ in range(fits):
        ledger.reserve(estimate(100, 0.4), budget)
    with pytest.raises(BudgetReached) as refusal:
        ledger.reserve(estimate(100, 0.4), budget)
    assert sentence in str(refusal.value)
    assert len(ledger.recent(99)) == fits


def test_the_refusal_says_when_there_is_room_again(ledger: Ledger, clock: ManualClock) -> None:
    budget = quota("5h", tokens=300)
    for _ in range(3):
        ledger.reserve(estimate(100), budget)
        clock.pass_seconds(HOUR)
    with pytest.raises(BudgetReached, match="there is room again at"):
        ledger.reserve(estimate(150), budget)
    clock.pass_seconds(3 * HOUR)  # two of the three left the window
    ledger.reserve(estimate(150), budget)


def test_a_request_larger_than_the_whole_budget_is_told_so(ledger: Ledger) -> None:
    with pytest.raises(BudgetReached, match="make the request smaller"):
        ledger.reserve(estimate(500), quota(tokens=300))


def test_every_budget_is_enforced(ledger: Ledger, clock: ManualClock) -> None:
    both = QuotaSettings(budgets=(Budget("5h", tokens=150), Budget("day", tokens=250)))
    ledger.reserve(estimate(100), both)
    with pytest.raises(BudgetReached, match="5h"):
        ledger.reserve(estimate(100), both)
    clock.pass_seconds(6 * HOUR)
    ledger.reserve(estimate(100), both)
    clock.pass_seconds(6 * HOUR)
    with pytest.raises(BudgetReached, match="day"):
        ledger.reserve(estimate(100), both)


def test_the_reserve_is_kept_for_critical_tasks(ledger: Ledger) -> None:
    budget = quota(tokens=300, reserve_percent=50.0)
    ledger.reserve(estimate(100), budget)
    with pytest.raises(BudgetReached, match="150 tokens is kept for critical tasks"):
        ledger.reserve(estimate(100), budget)
    ledger.reserve(estimate(100, is_critical=True), budget)


def test_an_unknown_price_is_held_to_tokens_and_requests_only(ledger: Ledger) -> None:
    budget = quota(usd=0.001, tokens=250)
    ledger.reserve(estimate(100, None), budget)
    window = ledger.windows(budget)[0]
    assert (window.used.usd, window.unpriced) == (None, 1)
    assert window.used_percent == pytest.approx(40.0)
    ledger.reserve(estimate(100, None), budget)
    with pytest.raises(BudgetReached, match="250 tokens"):
        ledger.reserve(estimate(100, None), budget)


def test_a_limit_in_money_alone_is_unknown_where_no_price_is(ledger: Ledger) -> None:
    budget = quota(usd=1.0)
    ledger.reserve(estimate(100, None), budget)
    assert ledger.windows(budget)[0].used_percent is None


def test_known_prices_still_press_beside_an_unknown_one(ledger: Ledger) -> None:
    budget = quota(usd=1.0)
    ledger.reserve(estimate(100, None), budget)
    ledger.reserve(estimate(100, 0.9), budget)
    window = ledger.windows(budget)[0]
    assert window.used_percent == pytest.approx(90.0)
    assert window.unpriced == 1


def test_a_free_model_is_logged_but_outside_every_budget(ledger: Ledger) -> None:
    budget = quota(requests=1)
    for _ in range(3):
        ledger.reserve(estimate(100, 0.0), budget)
    assert used(ledger, budget) == Use(0.0, 0, 0)
    assert ledger.today().use == Use(0.0, 300, 3)


def test_use_leaves_a_rolling_window_and_the_reset_is_that_of_the_oldest(
    ledger: Ledger, clock: ManualClock
) -> None:
    budget, start = quota("5h", tokens=1000), clock.time()
    assert ledger.windows(budget)[0].resets_at is None
    ledger.reserve(estimate(100), budget)
    clock.pass_seconds(HOUR)
    ledger.reserve(estimate(50), budget)
    assert ledger.windows(budget)[0].resets_at == start + 5 * HOUR
    clock.pass_seconds(4 * HOUR + 1)
    window = ledger.windows(budget)[0]
    assert (window.used.tokens, window.resets_at) == (50, start + 6 * HOUR)


def test_a_clock_that_is_put_back_loses_no_use(ledger: Ledger, clock: ManualClock) -> None:
    budget = quota(tokens=1000)
    ledger.reserve(estimate(100), budget)
    clock.set_wall(clock.time() - 2 * HOUR)
    assert used(ledger, budget).tokens == 100


def test_use_from_a_clock_that_ran_years_ahead_leaves_the_window_in_time(
    ledger: Ledger, clock: ManualClock
) -> None:
    budget, now = quota("5h", tokens=1000), clock.time()
    clock.set_wall(now + 3 * 365 * 86400)
    ahead = ledger.reserve(estimate(100), budget)
    clock.set_wall(now)
    ledger.reserve(estimate(10), budget)
    ledger.settle(ahead, Usage(input=60), 0.1, "completed", 1.0)
    assert used(ledger, budget).tokens == 70
    clock.pass_seconds(5 * HOUR + 1)
    assert used(ledger, budget).tokens == 0


def test_the_log_holds_why_and_what_became_of_it(ledger: Ledger) -> None:
    reservation = ledger.reserve(estimate(task="tests", model="gpt-6.1-sol"), NO_BUDGETS)
    usage = Usage(input=70, cached=30, output=5, cache_write=10)
    ledger.settle(reservation, usage, 0.25, "accepted", 1.5)
    ledger.judge(reservation.id, label="verified")
    ledger.judge(reservation.id, kept=True)
    entry = ledger.recent(1)[0]
    assert (entry.task, entry.model, entry.reason) == (
        "tests",
        "gpt-6.1-sol",
        "The settings say so.",
    )
    assert (entry.usage, entry.usd, entry.seconds) == (usage, 0.25, 1.5)
    assert (entry.label, entry.kept) == ("verified", True)


def test_the_log_is_latest_first(ledger: Ledger, clock: ManualClock) -> None:
    for tokens in (1, 2, 3):
        ledger.reserve(estimate(tokens), NO_BUDGETS)
        clock.pass_seconds(1)
    assert [entry.usage.input for entry in ledger.recent(2)] == [3, 2]


def test_spend_is_summed_by_model_and_task(ledger: Ledger) -> None:
    for task, usd in (("inline", 0.1), ("inline", 0.2), ("tests", None)):
        reservation = ledger.reserve(estimate(task=task, usd=usd), NO_BUDGETS)
        ledger.settle(reservation, Usage(input=10, output=5), usd, "completed", 0.1)
    inline, tests = ledger.spend(0.0)
    assert (inline.task, inline.requests, inline.input, inline.output) == ("inline", 2, 20, 10)
    assert inline.usd == pytest.approx(0.3)
    assert (tests.task, tests.usd, tests.unpriced) == ("tests", None, 1)


def test_today_counts_what_was_shown_and_accepted(ledger: Ledger, clock: ManualClock) -> None:
    ledger.count("shown", 3)
    ledger.count("accepted")
    today = ledger.today()
    assert (today.shown, today.accepted) == (3, 1)
    clock.pass_seconds(25 * HOUR)
    today = ledger.today()
    assert (today.shown, today.accepted) == (0, 0)


def decision(reason: str, at: float = 1.0) -> Decision:
    return Decision(at, "inline", "file:///a.py", 3, "skipped", reason)


def test_decisions_are_read_by_another_ledger_without_repeats(
    ledger: Ledger, clock: ManualClock, tmp_path: Path
) -> None:
    for at, reason in enumerate(["a comment", "a comment", "too short", "a comment"]):
        ledger.record_decision(decision(reason, float(at)))
    other = Ledger(tmp_path / "state" / "ledger.db", clock)
    seen = other.decisions(10)
    other.close()
    assert [(d.at, d.reason) for d in seen] == [
        (3.0, "a comment"),
        (2.0, "too short"),
        (1.0, "a comment"),
    ]


def test_only_the_latest_decisions_are_kept(ledger: Ledger) -> None:
    for n in range(520):
        ledger.record_decision(decision(f"reason {n}"))
    kept = ledger.decisions(9999)
    assert (len(kept), kept[0].reason, kept[-1].reason) == (500, "reason 519", "reason 20")


def plan(clock: ManualClock, percent: float | None, **more: float) -> PlanWindow:
    return PlanWindow("codex", "codex", "5h", percent, clock.time(), **more)


def test_a_plan_window_goes_stale_and_is_unknown_once_it_ended(
    ledger: Ledger, clock: ManualClock
) -> None:
    ledger.observe_plan(plan(clock, 91.0, resets_at=clock.time() + HOUR))
    (window,) = ledger.windows(NO_BUDGETS)
    assert (window.source, window.used_percent, window.stale) == ("plan", 91.0, False)
    clock.pass_seconds(16 * 60)
    (window,) = ledger.windows(NO_BUDGETS)
    assert (window.used_percent, window.stale) == (91.0, True)
    clock.pass_seconds(HOUR)
    (window,) = ledger.windows(NO_BUDGETS)
    assert (window.used_percent, window.stale) == (None, True)


def test_a_sparse_observation_clears_nothing(ledger: Ledger, clock: ManualClock) -> None:
    resets_at = clock.time() + HOUR
    ledger.observe_plan(plan(clock, 50.0, resets_at=resets_at, seconds=5 * HOUR))
    clock.pass_seconds(60)
    ledger.observe_plan(plan(clock, None))
    ledger.observe_plan(plan(clock, 52.0))
    (window,) = ledger.windows(NO_BUDGETS)
    assert (window.used_percent, window.resets_at, window.seconds) == (52.0, resets_at, 5 * HOUR)


def test_an_older_observation_does_not_replace_a_newer_one(
    ledger: Ledger, clock: ManualClock
) -> None:
    late, early = plan(clock, 60.0), PlanWindow("codex", "codex", "5h", 10.0, clock.time() - 5)
    ledger.observe_plan(late)
    ledger.observe_plan(early)
    assert ledger.windows(NO_BUDGETS)[0].used_percent == 60.0


def test_a_shift_that_every_window_sees_is_noted_once_and_again_when_it_comes_again(
    ledger: Ledger, clock: ManualClock
) -> None:
    def shifted(reason: str) -> None:
        ledger.record_shift(PastShift(clock.time(), "full", "saver", reason))

    shifted("81 %")
    clock.pass_seconds(600)
    shifted("84 %, another window")
    clock.pass_seconds(20 * HOUR)
    shifted("80 %, a day later")
    assert [shift.reason for shift in ledger.shifts(9)] == ["80 %, a day later", "81 %"]
