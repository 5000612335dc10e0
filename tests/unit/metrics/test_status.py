"""The status payload and its line for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gearshift.core.clock import moment
from gearshift.core.quota import Use, Window
from gearshift.metrics.status import Status, line, payload, text
from gearshift.quota.entry import Today

NOW = 1_795_000_000.0
BUDGET = Window(
    source="budget",
    label="5h",
    used_percent=82.06,
    used=Use(1.64, 91022, 40),
    limit=Use(usd=2.0),
    resets_at=NOW + 3600,
    observed_at=NOW,
    seconds=18000.0,
)
STATUS = Status(
    state="ready",
    gear="saver",
    message="Saver gear.",
    models={"mini": "gpt-6-luna", "full": "gpt-6.1-sol", "fallback": "qwen2.5-coder-0.5b"},
    windows=(BUDGET,),
    today=Today(Use(0.42, 81234, 214), 0, 120, 44),
)


def test_the_payload_has_the_agreed_shape() -> None:
    assert payload(STATUS, NOW) == {
        "state": "ready",
        "gear": "saver",
        "override": None,
        "text": f"⚙ saver 82% · 5h resets {moment(NOW + 3600, NOW)}",
        "message": "Saver gear.",
        "models": {"mini": "gpt-6-luna", "full": "gpt-6.1-sol"},
        "quota": {
            "pressure": 82.0,
            "warnPercent": 80.0,
            "switchPercent": 90.0,
            "windows": [
                {
                    "source": "budget",
                    "label": "5h",
                    "usedPercent": 82.0,
                    "used": {"usd": 1.64, "tokens": 91022, "requests": 40},
                    "limit": {"usd": 2.0},
                    "resetsAt": "2026-11-18T12:06:40Z",
                    "observedAt": "2026-11-18T11:06:40Z",
                    "stale": False,
                }
            ],
        },
        "today": {
            "usd": 0.42,
            "tokens": 81234,
            "requests": 214,
            "inline": {"shown": 120, "accepted": 44},
        },
    }


def test_unknown_numbers_are_none_and_never_zero() -> None:
    window = Window("plan", "week", None, stale=True)
    made = payload(Status("degraded", "full", windows=(window,), today=Today(Use(), 3)), NOW)
    assert made["models"] == {"mini": None, "full": None}
    assert made["quota"]["pressure"] is None
    assert made["quota"]["windows"][0] == {
        "source": "plan",
        "label": "week",
        "usedPercent": None,
        "used": {"usd": None, "tokens": None, "requests": None},
        "limit": {},
        "resetsAt": None,
        "observedAt": None,
        "stale": True,
    }
    assert made["today"]["usd"] is None


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        pytest.param(89.96, 89.9, id="never rounded up over a threshold"),
        pytest.param(100 * 0.29, 29.0, id="binary fractions"),
        pytest.param(0.0, 0.0, id="zero is zero"),
    ],
)
def test_percentages_are_rounded_down(percent: float, shown: float) -> None:
    made = payload(replace(STATUS, windows=(replace(BUDGET, used_percent=percent),)), NOW)
    assert made["quota"]["pressure"] == shown


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param(
            STATUS,
            f"saver 82% · 5h resets {moment(NOW + 3600, NOW)} · mini gpt-6-luna",
            id="a budget",
        ),
        pytest.param(
            replace(STATUS, gear="full", windows=()),
            "full · $0.42 today · full gpt-6.1-sol",
            id="no window",
        ),
        pytest.param(
            replace(STATUS, gear="full", windows=(replace(BUDGET, stale=True),)),
            "full · quota unknown · full gpt-6.1-sol",
            id="stale",
        ),
        pytest.param(
            replace(STATUS, state="paused", gear="mini", override="mini", windows=()),
            "mini · $0.42 today · your choice · paused · mini gpt-6-luna",
            id="paused and overridden",
        ),
        pytest.param(
            replace(STATUS, state="offline", gear="local", windows=()),
            "local · $0.42 today · offline",
            id="offline",
        ),
        pytest.param(
            Status("setup", "full"),
            "no model yet · run `gearshift setup`",
            id="set-up",
        ),
        pytest.param(Status("ready", "full"), "full", id="nothing known"),
    ],
)
def test_the_line_says_gear_quota_reset_and_model(status: Status, said: str) -> None:
    assert line(status, NOW) == f"Gearshift: {said}"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(STATUS, f"⚙ saver 82% · 5h resets {moment(NOW + 3600, NOW)}", id="a budget"),
        pytest.param(
            replace(STATUS, state="paused", windows=()),
            "⚙ saver · $0.42 today · paused",
            id="a state that is not ready",
        ),
        pytest.param(Status("setup", "full"), "⚙ no model yet", id="set-up"),
    ],
)
def test_the_status_line_has_the_same_words_in_every_editor(status: Status, words: str) -> None:
    assert text(status, NOW) == words
