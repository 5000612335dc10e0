"""The gear box: thresholds, hysteresis, modes, overrides, announcements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gearshift.core.quota import Pressure
from gearshift.routing.circuit import Outage
from gearshift.routing.gears import GearBox
from gearshift.settings.schema import QuotaSettings

if TYPE_CHECKING:
    from gearshift.core.tasks import Gear, Scope

AUTO = QuotaSettings()
NOW = 1_795_000_000.0
HOUR = 3600.0


def budget(percent: float | None) -> Pressure:
    return Pressure(percent, "budget", "5h", NOW + HOUR, 5 * HOUR)


def plan(percent: float | None, resets_at: float | None = NOW + HOUR) -> Pressure:
    return Pressure(percent, "plan", "5h", resets_at, 5 * HOUR)


def box_at(percent: float, settings: QuotaSettings = AUTO) -> GearBox:
    box = GearBox(settings)
    box.observe(budget(percent), NOW)
    return box


@pytest.mark.parametrize(
    ("percent", "gear"),
    [
        pytest.param(None, "full", id="unknown"),
        pytest.param(0.0, "full", id="nothing used"),
        pytest.param(79.9, "full", id="below the warning"),
        pytest.param(80.0, "saver", id="at the warning"),
        pytest.param(89.9, "saver", id="below the switch"),
        pytest.param(90.0, "mini", id="at the switch"),
        pytest.param(99.9, "mini", id="nearly used up"),
        pytest.param(100.0, "local", id="the budget is used up"),
    ],
)
def test_pressure_sets_the_gear(percent: float | None, gear: Gear) -> None:
    box = GearBox(AUTO)
    shift = box.observe(budget(percent), NOW)
    assert box.gear == gear
    assert (shift is None) == (gear == "full")


@pytest.mark.parametrize(
    ("high", "low", "gear"),
    [
        pytest.param(80.0, 75.0, "saver", id="saver stays in its band"),
        pytest.param(80.0, 74.9, "full", id="saver is left below its band"),
        pytest.param(90.0, 85.0, "mini", id="mini stays in its band"),
        pytest.param(90.0, 84.9, "saver", id="mini is left to saver"),
        pytest.param(90.0, 10.0, "full", id="mini is left to full at once"),
        pytest.param(100.0, 95.0, "local", id="a used up budget stays in its band"),
        pytest.param(100.0, 94.0, "mini", id="a budget with room again"),
    ],
)
def test_a_gear_is_left_upward_only_below_its_band(high: float, low: float, gear: Gear) -> None:
    box = box_at(high)
    box.observe(budget(low), NOW + 60)
    assert box.gear == gear


def test_a_plan_that_is_used_up_is_the_vendors_to_refuse() -> None:
    box = GearBox(AUTO)
    box.observe(plan(100.0), NOW)
    assert box.gear == "mini"


def test_a_shift_is_announced_with_why_until_when_and_how_to_undo_it() -> None:
    shift = GearBox(AUTO).observe(plan(91.6), NOW)
    assert shift
    assert (shift.old, shift.new) == ("full", "mini")
    assert "91 % of your 5h plan is used; it resets at " in shift.reason
    assert "`Gearshift: use full` undoes this." in shift.reason


def test_a_share_is_rounded_down_so_that_it_fits_the_gear() -> None:
    shift = GearBox(AUTO).observe(plan(89.6), NOW)
    assert shift
    assert "Saver gear: " in shift.reason
    assert "89 % of your 5h plan" in shift.reason


def test_a_budget_that_is_used_up_says_how_to_go_on() -> None:
    shift = GearBox(AUTO).observe(budget(100.0), NOW)
    assert shift
    assert shift.reason.endswith("Raise `quota.budgets` to go on sooner.")


@pytest.mark.parametrize("scope", ["next", "window", "always"])
def test_an_outage_is_nothing_that_the_users_choice_ends(scope: Scope) -> None:
    box = box_at(95.0)
    box.use("full", scope, NOW)
    shift = box.observe(budget(95.0), NOW, Outage("down", "The server does not answer."))
    assert shift
    assert shift.reason.endswith("The server does not answer.")


def test_a_choice_for_the_next_task_is_not_what_shifts_the_gear() -> None:
    box = box_at(85.0)
    box.use("full", "next", NOW)
    shift = box.observe(budget(95.0), NOW + 1)
    assert shift
    assert shift.reason.endswith("`Gearshift: use full` undoes this.")


def test_a_shift_is_announced_once() -> None:
    box = box_at(85.0)
    assert box.observe(budget(86.0), NOW + 1) is None


def test_a_reset_brings_back_full_without_hysteresis() -> None:
    box = GearBox(AUTO)
    box.observe(plan(95.0, resets_at=NOW + 60), NOW)
    shift = box.observe(plan(78.0, resets_at=NOW + 5 * HOUR), NOW + 61)
    assert shift
    assert shift.new == "full"


def test_use_that_leaves_a_rolling_window_is_no_reset() -> None:
    box = box_at(81.0)
    assert box.observe(budget(79.0), NOW + 2 * HOUR) is None
    assert box.gear == "saver"


def test_an_unknown_number_keeps_the_gear_while_its_window_goes_on() -> None:
    box = GearBox(AUTO)
    box.observe(plan(95.0), NOW)
    assert box.observe(plan(None), NOW + 60) is None
    assert box.gear == "mini"
    shift = box.observe(plan(None), NOW + HOUR + 1)
    assert shift
    assert shift.new == "full"


@pytest.mark.parametrize(
    "unknown",
    [
        pytest.param(Pressure(), id="the windows are gone"),
        pytest.param(budget(None), id="a budget that can't be judged any more"),
        pytest.param(plan(None, resets_at=None), id="another source"),
    ],
)
def test_an_unknown_number_without_a_known_end_shifts_up(unknown: Pressure) -> None:
    box = box_at(95.0)
    box.observe(unknown, NOW + 60)
    assert box.gear == "full"


def test_an_outage_is_local_until_it_ends() -> None:
    box = box_at(10.0)
    shift = box.observe(budget(10.0), NOW, Outage("down", "The server does not answer."))
    assert shift
    assert shift.new == "local"
    assert "The server does not answer." in shift.reason
    back = box.observe(budget(10.0), NOW + 10)
    assert back
    assert (back.old, back.new) == ("local", "full")


def test_throttling_never_changes_the_gear() -> None:
    box = box_at(10.0)
    assert box.observe(budget(10.0), NOW, Outage("throttled", "Wait.", NOW + 20)) is None


def test_mode_off_never_shifts() -> None:
    box = GearBox(QuotaSettings(mode="off"))
    assert box.observe(budget(99.0), NOW) is None
    assert box.gear == "full"


def test_mode_ask_asks_once_and_shifts_only_when_agreed() -> None:
    box = GearBox(QuotaSettings(mode="ask"))
    question = box.observe(budget(91.0), NOW)
    assert question
    assert question.is_question
    assert box.gear == "full"
    assert box.observe(budget(92.0), NOW + 1) is None
    shift = box.agree(NOW + 2)
    assert shift
    assert (shift.new, shift.is_question, box.gear) == ("mini", False, "mini")


def test_mode_ask_asks_again_after_the_quota_came_back() -> None:
    box = GearBox(QuotaSettings(mode="ask"))
    assert box.observe(budget(91.0), NOW)
    assert box.observe(budget(10.0), NOW + 1) is None
    again = box.observe(budget(85.0), NOW + 2)
    assert again
    assert again.is_question


def test_an_override_for_the_window_ends_with_it() -> None:
    box = GearBox(AUTO)
    box.observe(plan(95.0), NOW)
    shift = box.use("full", "window", NOW)
    assert shift
    assert "You chose full until" in shift.reason
    assert "`Gearshift: use auto` ends this." in shift.reason
    assert box.observe(plan(97.0), NOW + 60) is None
    assert box.gear == "full"
    box.observe(plan(95.0, NOW + 9 * HOUR), NOW + HOUR + 1)
    assert (box.gear, box.override) == ("mini", None)


def test_an_override_of_a_rolling_window_lasts_its_length() -> None:
    box = box_at(95.0)
    box.use("full", "window", NOW)
    box.observe(budget(95.0), NOW + 5 * HOUR - 1)
    assert box.gear == "full"
    box.observe(budget(95.0), NOW + 5 * HOUR)
    assert box.gear == "mini"


def test_an_override_for_good_lasts_until_it_is_ended() -> None:
    box = box_at(95.0)
    box.use("full", "always", NOW)
    box.observe(budget(96.0), NOW + 900 * HOUR)
    assert box.gear == "full"
    shift = box.use_auto(NOW + 900 * HOUR)
    assert shift
    assert shift.new == "mini"


def test_an_override_for_the_next_task_is_used_up_by_a_heavy_one() -> None:
    box = box_at(95.0)
    assert box.use("full", "next", NOW) is None
    assert box.gear == "mini"
    assert box.claim("inline") is None
    assert box.claim("tests") == "full"
    assert box.claim("tests") is None


def test_new_thresholds_count_at_once() -> None:
    box = box_at(70.0)
    shift = box.configure(QuotaSettings(warn_percent=50.0, switch_percent=60.0), NOW)
    assert shift
    assert shift.new == "mini"


percents = st.one_of(st.none(), st.floats(0.0, 120.0, allow_nan=False))
readings = st.lists(st.tuples(percents, st.sampled_from(["budget", "plan"])), max_size=40)


@given(readings)
def test_each_change_of_gear_is_announced_and_nothing_else(steps) -> None:
    box, gear = GearBox(AUTO), "full"
    for number, (percent, source) in enumerate(steps):
        pressure = Pressure(percent, source, "5h", NOW + HOUR, 5 * HOUR)
        shift = box.observe(pressure, NOW + number)
        if shift:
            assert (shift.old, shift.new) == (gear, box.gear)
            assert shift.old != shift.new
            assert shift.reason.endswith(".")
        assert (shift is None) == (gear == box.gear)
        gear = box.gear


@given(readings)
def test_full_is_never_in_at_the_switch_and_always_below_every_band(steps) -> None:
    box = GearBox(AUTO)
    for number, (percent, source) in enumerate(steps):
        box.observe(Pressure(percent, source, "5h", NOW + HOUR, 5 * HOUR), NOW + number)
        if percent is not None and percent >= AUTO.switch_percent:
            assert box.gear in ("mini", "local")
        if percent is not None and percent < AUTO.warn_percent - 5:
            assert box.gear == "full"


@given(st.lists(st.floats(75.0, 79.99), max_size=30), st.booleans())
def test_noise_within_a_band_never_flaps(noise: list[float], was_high: bool) -> None:
    box = GearBox(AUTO)
    box.observe(budget(81.0 if was_high else 50.0), NOW)
    gear = box.gear
    for number, percent in enumerate(noise):
        assert box.observe(budget(percent), NOW + number) is None
    assert box.gear == gear


@given(percents)
def test_unknown_never_shifts_down(percent: float | None) -> None:
    box, order = GearBox(AUTO), ["full", "saver", "mini", "local"]
    box.observe(plan(percent), NOW)
    before = box.gear
    box.observe(plan(None), NOW + 1)
    assert order.index(box.gear) <= order.index(before)
