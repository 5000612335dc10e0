"""The estimate before a heavy action: its words, what it leaves of a window, titles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gearshift.app.preflight import PricedProgress, price, words
from gearshift.core.model import Usage
from gearshift.core.quota import Use, Window
from gearshift.core.tasks import Route

USAGE = Usage(input=1500, output=400, is_estimate=True)
ROUTE = Route("tests", "mini", "mini", "saver", "To save quota.")
BUDGET = Window("budget", "5h", 80.0, Use(1.6, 70_000, 40), Use(usd=2.0))
PLAN = Window("plan", "week", 91.0)


@pytest.mark.parametrize(
    ("cost", "windows", "text"),
    [
        pytest.param(0.004, (), "about 1,900 tokens, $0.0040 · saver gear", id="no window"),
        pytest.param(
            0.16,
            (BUDGET,),
            "about 1,900 tokens, $0.16, leaves 12 % of your 5h budget · saver gear",
            id="a budget",
        ),
        pytest.param(
            0.5,
            (BUDGET,),
            "about 1,900 tokens, $0.50, more than is left of your 5h budget · saver gear",
            id="it does not fit",
        ),
        pytest.param(
            None,
            (replace(BUDGET, limit=Use(tokens=100_000)),),
            "about 1,900 tokens, price unknown, leaves 20 % of your 5h budget · saver gear",
            id="no price, so never $0",
        ),
        pytest.param(
            0.004,
            (BUDGET, PLAN),
            "about 1,900 tokens, $0.0040, 9 % of your week plan left · saver gear",
            id="a plan says nothing about one request",
        ),
        pytest.param(
            0.004,
            (replace(PLAN, stale=True), replace(PLAN, used_percent=None)),
            "about 1,900 tokens, $0.0040 · saver gear",
            id="stale and unknown windows say nothing",
        ),
        pytest.param(
            0.0, (BUDGET,), "about 1,900 tokens, free · saver gear", id="outside every budget"
        ),
    ],
)
def test_the_estimate_says_tokens_money_rest_and_gear(
    cost: float | None, windows: tuple[Window, ...], text: str
) -> None:
    assert words(USAGE, cost, ROUTE, windows) == text


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        pytest.param(0.004, "about $0.0040", id="priced"),
        pytest.param(None, "about 1,900 tokens", id="no price"),
        pytest.param(0.0, "free", id="free"),
    ],
)
def test_the_short_form_names_the_price(cost: float | None, text: str) -> None:
    assert price(USAGE, cost) == text


class Seen:
    """A progress that keeps what it is told."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, int | None]] = []
        self.ended = ""

    def report(self, message: str, percent: int | None = None) -> None:
        self.reports.append((message, percent))

    def end(self, message: str) -> None:
        self.ended = message


def test_the_price_stays_in_sight_while_the_model_writes() -> None:
    seen = Seen()
    progress = PricedProgress(seen, "about $0.0040")
    progress.report("mini is writing", 5)
    progress.end("verified")
    assert seen.reports == [("mini is writing · about $0.0040", 5)]
    assert seen.ended == "verified"
