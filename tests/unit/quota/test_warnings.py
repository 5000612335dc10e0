"""Warnings of quota windows: once for each threshold, anew only after the window has emptied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gearshift.core.quota import Window
from gearshift.quota.warnings import QuotaWarnings
from gearshift.settings.schema import QuotaSettings

NOW = 1_795_000_000.0
SETTINGS = QuotaSettings()
BUDGET = Window("budget", "5h", None, resets_at=NOW + 600)
PLAN = Window("plan", "week", None, resets_at=NOW + 600)


def thresholds(window: Window, *percents: float | None) -> list[float]:
    warnings = QuotaWarnings()
    found: list[float] = []
    for percent in percents:
        seen = warnings.observe([replace(window, used_percent=percent)], SETTINGS, NOW)
        found += [warned.threshold for warned in seen]
    return found


@pytest.mark.parametrize(
    ("percents", "expected"),
    [
        pytest.param((10.0, 79.9), [], id="below"),
        pytest.param((80.0, 81.0, 89.9), [80.0], id="once"),
        pytest.param((80.0, 90.0, 95.0), [80.0, 90.0], id="each threshold"),
        pytest.param((95.0, 96.0), [90.0], id="two thresholds at once are one warning"),
        pytest.param((80.0, 79.0, 76.0, 80.5), [80.0], id="no flapping"),
        pytest.param((80.0, 74.0, 80.0), [80.0, 80.0], id="anew once it has emptied"),
        pytest.param((91.0, 84.0, 91.0), [90.0, 90.0], id="the upper one alone"),
        pytest.param((80.0, None, 81.0), [80.0], id="unknown numbers change nothing"),
    ],
)
def test_a_window_is_warned_of_once(
    percents: tuple[float | None, ...], expected: list[float]
) -> None:
    assert thresholds(BUDGET, *percents) == expected


def test_a_stale_number_warns_nobody() -> None:
    assert thresholds(replace(BUDGET, stale=True), 95.0) == []


def test_a_plan_that_was_reset_is_warned_of_anew() -> None:
    warnings = QuotaWarnings()
    first = warnings.observe([replace(PLAN, used_percent=85.0)], SETTINGS, NOW)
    later = NOW + 601
    again = replace(PLAN, used_percent=85.0, resets_at=later + 600)
    second = warnings.observe([again], SETTINGS, later)
    assert [len(first), len(second)] == [1, 1]


def test_windows_are_warned_of_apart_in_words() -> None:
    windows = [replace(BUDGET, used_percent=82.9), replace(PLAN, used_percent=91.0)]
    budget, plan = QuotaWarnings().observe(windows, SETTINGS, NOW)
    assert budget.text.startswith("82 % of your 5h budget is used. ")
    assert plan.text.startswith("91 % of your week plan is used; it resets at ")
