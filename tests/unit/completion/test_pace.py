"""How long an automatic request waits."""

from __future__ import annotations

import pytest
from tests.support.clock import ManualClock

from gearshift.completion.pace import Pace


def typed(intervals: list[float]) -> Pace:
    clock = ManualClock()
    pace = Pace(clock)
    pace.key()
    for seconds in intervals:
        clock.pass_seconds(seconds)
        pace.key()
    return pace


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        pytest.param([], 0.075, id="pace not known yet"),
        pytest.param([0.2, 0.2], 0.075, id="two intervals tell too little"),
        pytest.param([0.2] * 5, 0.12, id="six tenths of the usual interval"),
        pytest.param([0.05] * 5, 0.05, id="never shorter than 50 ms"),
        pytest.param([0.9] * 5, 0.3, id="never longer than 300 ms"),
        pytest.param([0.2] * 5 + [30.0] * 5, 0.12, id="thinking is no typing"),
        pytest.param([0.2] * 5 + [0.001] * 30, 0.12, id="one action is no typing"),
        pytest.param([0.9] * 30 + [0.1] * 20, 0.06, id="the last twenty intervals count"),
        pytest.param([0.2] * 4 + [0.9], 0.12, id="the median, not the mean"),
    ],
)
def test_the_pause_follows_the_typing(intervals: list[float], expected: float) -> None:
    assert typed(intervals).debounce(None) == pytest.approx(expected)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 5.0])
def test_a_number_in_the_settings_is_used_as_it_is(seconds: float) -> None:
    assert typed([0.2] * 5).debounce(seconds) == seconds


@pytest.mark.parametrize(
    ("n_misses", "n_keys"),
    [
        pytest.param(0, 0, id="none"),
        pytest.param(1, 2, id="one"),
        pytest.param(2, 4, id="two"),
        pytest.param(3, 8, id="three"),
        pytest.param(9, 8, id="many"),
    ],
)
def test_misses_in_a_row_let_more_keys_pass(n_misses: int, n_keys: int) -> None:
    pace = Pace(ManualClock())
    for _ in range(n_misses):
        pace.missed()
    assert pace.keys_to_wait == n_keys
    for left in range(n_keys, 0, -1):
        assert pace.keys_to_wait == left
        pace.key()
    assert pace.keys_to_wait == 0


def test_agreement_ends_the_back_off() -> None:
    pace = Pace(ManualClock())
    pace.missed()
    pace.missed()
    pace.agreed()
    assert pace.keys_to_wait == 0
    pace.missed()
    assert pace.keys_to_wait == 2


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param([], 0.18, id="not known yet"),
        pytest.param([0.04], 0.14, id="a quick model"),
        pytest.param([2.0, 0.04, 0.04], 0.14, id="the median"),
        pytest.param([0.9], 0.05, id="a slow model, never under 50 ms"),
    ],
)
def test_a_slow_model_is_asked_sooner(seconds: list[float], expected: float) -> None:
    pace = typed([0.3] * 5)
    for each in seconds:
        pace.answered(each)
    assert pace.debounce(None) == pytest.approx(expected)


def test_the_pause_after_misses_grows_with_them_shrinks_with_hits_and_is_forgotten() -> None:
    clock = ManualClock()
    pace = Pace(clock)
    assert pace.look_up_seconds == 0.2
    for _ in range(4):
        pace.missed()
    assert pace.look_up_seconds == pytest.approx(0.2 * 1.5**4)
    pace.agreed()
    assert pace.look_up_seconds == pytest.approx(0.2 * 1.5**4 * 0.8)
    for _ in range(20):
        pace.missed()
    assert pace.look_up_seconds == 3.0
    clock.pass_seconds(300)
    assert pace.look_up_seconds == pytest.approx(0.2 * 1.5**5)
    clock.pass_seconds(300)
    assert pace.look_up_seconds == 0.2
