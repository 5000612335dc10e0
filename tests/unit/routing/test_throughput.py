"""Throughput that servers state: when automatic completions pause."""

from __future__ import annotations

import pytest

from gearshift.routing.throughput import Throughput

NOW = 1_795_000_000.0
ORIGIN = "https://api.example.com"


@pytest.mark.parametrize(
    ("percent", "reset_at", "after", "is_low"),
    [
        pytest.param(9.9, NOW + 60, 0, True, id="below ten percent"),
        pytest.param(10.0, NOW + 60, 0, False, id="ten percent"),
        pytest.param(0.0, NOW + 60, 59, True, id="until the reset"),
        pytest.param(0.0, NOW + 60, 60, False, id="from the reset on"),
        pytest.param(0.0, None, 9, True, id="no reset stated"),
        pytest.param(0.0, None, 10, False, id="no reset stated, later"),
    ],
)
def test_little_throughput_pauses_until_the_reset(
    percent: float, reset_at: float | None, after: float, is_low: bool
) -> None:
    throughput = Throughput()
    throughput.note(ORIGIN, percent, reset_at, NOW)
    assert (throughput.low(ORIGIN, NOW + after) is not None) is is_low


def test_the_latest_word_of_an_origin_counts_for_that_origin() -> None:
    throughput = Throughput()
    throughput.note(ORIGIN, 5.0, NOW + 60, NOW)
    throughput.note("https://other.example.com", 5.0, NOW + 60, NOW)
    throughput.note(ORIGIN, 50.0, NOW + 60, NOW + 1)
    assert throughput.low(ORIGIN, NOW + 2) is None
    assert throughput.low("https://other.example.com", NOW + 2) is not None


def test_the_reason_says_what_pauses_and_what_goes_on() -> None:
    throughput = Throughput()
    throughput.note(ORIGIN, 4.2, NOW + 60, NOW)
    outage = throughput.low(ORIGIN, NOW)
    assert outage is not None
    assert outage.kind == "throttled"
    for word in (ORIGIN, "4 %", "automatic", "goes on"):
        assert word in outage.reason
