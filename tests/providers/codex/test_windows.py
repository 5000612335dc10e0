"""The plan's windows: labels, sparse updates, buckets, and when they are read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support.clock import ManualClock

from gearshift.core.model import ChatRequest, Message
from gearshift.core.quota import PlanWindow
from gearshift.providers.codex.watch import Watch, interval
from gearshift.providers.codex.windows import PlanLimits, label_of
from gearshift.providers.codex.wire import prompt


def window(percent: int | None, minutes: int | None = 300, resets: int | None = 900) -> Any:
    return {"usedPercent": percent, "windowDurationMins": minutes, "resetsAt": resets}


def snapshot(primary: Any, secondary: Any = None, bucket: str = "codex", **more: Any) -> Any:
    return {"limitId": bucket, "primary": primary, "secondary": secondary, **more}


def shown(limits: PlanLimits, *models: str) -> set[tuple[str, str, float | None]]:
    return {(w.bucket, w.label, w.used_percent) for w in limits.windows(models)}


@pytest.mark.parametrize(
    ("minutes", "label"),
    [
        pytest.param(300, "5h", id="five hours"),
        pytest.param(299, "5h", id="nearly five hours"),
        pytest.param(1440, "day", id="a day"),
        pytest.param(10_080, "week", id="a week"),
        pytest.param(43_200, "month", id="a month"),
        pytest.param(44_640, "month", id="a long month"),
        pytest.param(525_600, "year", id="a year"),
        pytest.param(180, "3h", id="another length"),
        pytest.param(None, "primary limit", id="unknown"),
    ],
)
def test_a_window_is_named_by_its_length_wherever_it_stands(minutes: int | None, label: str):
    assert label_of(minutes, "primary") == label


def test_a_window_carries_what_the_vendor_said():
    limits = PlanLimits()
    limits.update(snapshot(window(91)), 50.0)
    assert limits.windows(()) == (
        PlanWindow("codex", "codex", "5h", 91.0, 50.0, resets_at=900.0, seconds=18_000.0),
    )


def test_what_an_update_leaves_out_stands_with_its_own_time():
    limits = PlanLimits()
    limits.update(snapshot(window(40), window(10, 10_080)), 50.0)
    limits.update(snapshot(window(41, None, None)), 60.0)
    assert {(w.label, w.used_percent, w.observed_at) for w in limits.windows(())} == {
        ("5h", 41.0, 60.0),
        ("week", 10.0, 50.0),
    }


def test_a_whole_reading_replaces_what_was_known():
    limits = PlanLimits()
    limits.update(snapshot(window(40), window(10, 10_080)), 50.0)
    limits.read_all({"rateLimits": snapshot(window(12, 10_080))}, 60.0)
    assert shown(limits) == {("codex", "week", 12.0)}


def test_buckets_do_not_mix_and_those_of_other_models_do_not_count():
    limits = PlanLimits()
    buckets = {
        "codex": snapshot(window(30)),
        "codex_luna": snapshot(window(60), bucket="codex_luna", limitName="luna"),
        "codex_reserve": snapshot(
            window(100), bucket="codex_reserve", limitName="gpt-reserve", normalModelSlug="luna"
        ),
    }
    limits.read_all({"rateLimits": buckets["codex"], "rateLimitsByLimitId": buckets}, 1.0)
    assert shown(limits) == {("codex", "5h", 30.0)}
    assert shown(limits, "luna") == {("codex", "5h", 30.0), ("codex_luna", "5h", 60.0)}


@pytest.mark.parametrize(
    "value", [None, [], "x", {"primary": 7}, {"primary": {"usedPercent": "9"}}]
)
def test_nonsense_is_no_window(value: Any):
    limits = PlanLimits()
    limits.read_all({"rateLimits": value, "rateLimitsByLimitId": value}, 1.0)
    assert limits.windows(("m",)) == ()


@pytest.mark.parametrize(
    ("primary", "secondary", "resets_at"),
    [
        pytest.param(window(100), window(20, 10_080, 5000), 900.0, id="the full one"),
        pytest.param(window(100), window(101, 10_080, 5000), 5000.0, id="the later of two"),
        pytest.param(window(100, 300, None), None, None, id="not said"),
        pytest.param(window(99), None, None, id="none is full"),
    ],
)
def test_when_a_used_up_plan_resets(primary: Any, secondary: Any, resets_at: float | None):
    limits = PlanLimits()
    limits.update(snapshot(primary, secondary), 1.0)
    assert limits.resets_at("m") == resets_at


@pytest.mark.parametrize(
    ("percent", "seconds"),
    [(None, 60), (0, 60), (74.9, 60), (75, 30), (89, 30), (90, 15), (101, 15)],
)
def test_fuller_windows_are_read_more_often(percent: float | None, seconds: float):
    assert interval(percent) == seconds


class Day:
    """A clock whose sleepers are woken by hand, and readings that are noted."""

    def __init__(self, percent: float) -> None:
        self.clock = ManualClock()
        self.percent = percent
        self.begun = self.clock.monotonic()
        self.readings: list[float] = []
        self.rests: list[float] = []
        self.watch = Watch(self.read, self.clock, self.sleep, self.rest)
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def read(self) -> float:
        self.readings.append(self.clock.monotonic() - self.begun)
        return self.percent

    async def rest(self) -> None:
        self.rests.append(self.clock.monotonic() - self.begun)

    async def sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.clock.monotonic() + seconds, future))
        await future

    async def pass_seconds(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.settle()
            self.clock.pass_seconds(1)
            for at, future in self._sleepers:
                if at <= self.clock.monotonic() and not future.done():
                    future.set_result(None)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(6):
            await asyncio.sleep(0)


async def test_a_turn_is_followed_by_a_reading_and_then_by_the_clock():
    day = Day(80.0)
    day.watch.turn_ended()
    await day.pass_seconds(61)
    assert day.readings == [0, 30, 60]
    day.watch.stop()


async def test_turns_in_a_row_are_read_at_least_five_seconds_apart():
    day = Day(10.0)
    for _ in range(7):
        day.watch.turn_ended()
        await day.pass_seconds(1)
    await day.pass_seconds(5)
    assert day.readings == [0, 5, 10]
    day.watch.stop()


async def test_nothing_is_read_while_idle_and_a_turn_begins_anew():
    day = Day(10.0)
    day.watch.turn_ended()
    await day.pass_seconds(1000)
    assert day.readings == [60.0 * n for n in range(10)]
    assert day.rests == [600]
    day.watch.turn_ended()
    await day.settle()
    assert day.readings[10:] == [1000]
    day.watch.stop()


def test_a_chat_of_several_turns_becomes_one_text():
    chat = ChatRequest(
        (
            Message("system", "Only code."),
            Message("user", "Write f."),
            Message("assistant", "def f(): ..."),
            Message("user", "Mend it."),
        )
    )
    assert prompt(chat) == "User:\nWrite f.\n\nAssistant:\ndef f(): ...\n\nUser:\nMend it."
