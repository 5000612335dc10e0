"""Errors, times and what results cost, by hand-worked figures."""

from __future__ import annotations

import pytest
from tests.support.entries import NOW, entry

from gearshift.metrics.outlook import outlook
from gearshift.metrics.performance import performances
from gearshift.quota.entry import History

DAY = 86400.0


def test_errors_and_times_are_of_requests_that_ended_by_themselves() -> None:
    rows = [entry(seconds=float(n)) for n in range(1, 20)]
    rows.append(entry(outcome="failed: The server is down.", seconds=60.0, usd=0.0))
    rows += [entry(outcome="cut", seconds=99.0), entry(state="lapsed", outcome="lapsed")]

    (row,) = performances(rows)

    assert row.requests == 20
    assert row.error_rate == 0.05
    assert row.mean_seconds == 10.0
    assert row.p95_seconds == 19.0
    assert row.usd_per_request == pytest.approx(0.019 / 20)


def test_rows_are_by_model_and_task_and_unknown_prices_stay_unknown() -> None:
    rows = [entry(), entry(), entry(task="tests", model="local", usd=None)]
    first, second = performances(rows)
    assert (first.task, first.requests) == ("inline", 2)
    assert (second.model, second.usd_per_request) == ("local", None)


def test_a_model_that_never_answered_has_no_times() -> None:
    (row,) = performances([entry(outcome="failed: no", seconds=1.0)])
    assert (row.error_rate, row.mean_seconds, row.p95_seconds) == (1.0, None, None)


def test_results_carry_the_cost_of_all_requests_for_them() -> None:
    edits = [
        entry(task="tests", usd=0.01, label="none", kept=False),
        entry(task="tests", usd=0.03, label="verified", kept=True),
        entry(task="docs", usd=0.02, label="verified", kept=False),
    ]
    found = outlook(History((*edits, entry(), entry()), shown=8, accepted=2), NOW)
    assert found.usd_per_verified == pytest.approx(0.06)
    assert found.usd_per_accepted == pytest.approx(0.001)
    assert found.accepted_rate == 0.25


@pytest.mark.parametrize(
    ("ages", "month"),
    [
        pytest.param((0.5,), 30.0, id="less than a day counts as a day"),
        pytest.param((2.0, 1.0), 30.0, id="the days since the first request"),
        pytest.param((20.0, 6.0), 30 / 7, id="the last week alone"),
    ],
)
def test_the_month_is_projected_from_the_last_week(ages: tuple[float, ...], month: float) -> None:
    entries = tuple(entry(at=NOW - age * DAY, usd=1.0) for age in ages)
    assert outlook(History(entries), NOW).month_usd == pytest.approx(month)


def test_nothing_known_is_none() -> None:
    found = outlook(History((entry(usd=None),)), NOW)
    assert (found.usd_per_accepted, found.usd_per_verified) == (None, None)
    assert (found.accepted_rate, found.month_usd) == (None, None)
