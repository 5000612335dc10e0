"""The spending report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.quota import estimate

from gearshift.core.model import Usage
from gearshift.metrics.report import Period, money, read_periods, to_json, to_text
from gearshift.quota.bookkeeper import Bookkeeper
from gearshift.quota.entry import Spend
from gearshift.settings.schema import QuotaSettings

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86400.0
INLINE = Spend("openai", "gpt-6-luna", "inline", 1200, 90000, 40000, 5000, 0.25, 0, 3)
TESTS = Spend("codex", "gpt-6.1-sol", "tests", 1, 8000, 0, 1500, None, 1, 0)


async def test_the_periods_come_out_of_the_ledger(tmp_path: Path) -> None:
    clock = ManualClock()
    books = Bookkeeper(tmp_path / "ledger.db", clock)
    for days, tokens in ((20, 100), (4, 10), (1, 1)):
        reservation = await books.reserve(estimate(tokens), QuotaSettings())
        await books.settle(reservation, Usage(input=tokens), 0.01, "completed", 0.1)
        clock.pass_seconds(days * DAY)
    now = clock.time()
    periods = await read_periods(books, now - 3600, now)
    await books.close()
    used = {period.label: sum(row.input for row in period.rows) for period in periods}
    assert used == {"today": 0, "7 days": 11, "30 days": 111}


def test_the_text_names_task_model_tokens_and_cost() -> None:
    text = to_text([Period("today", (INLINE, TESTS)), Period("7 days", ())])
    assert text.splitlines() == [
        "today: $0.25 and 1 unpriced",
        "  inline  openai gpt-6-luna  1,200 requests  90,000 in (40,000 cached)  5,000 out  $0.25",
        (
            "  tests   codex gpt-6.1-sol  1 request       8,000 in (0 cached)        1,500 out"
            "  price unknown"
        ),
        "",
        "7 days: nothing used",
    ]


def test_the_json_is_plain_and_unknown_costs_are_null() -> None:
    (period,) = json.loads(json.dumps(to_json([Period("today", (TESTS,))])))["periods"]
    assert (period["label"], period["usd"], period["unpriced"]) == ("today", None, 1)
    (row,) = period["rows"]
    assert row["usage"] == {"input": 8000, "cached": 0, "output": 1500}
    assert (row["task"], row["model"], row["usd"]) == ("tests", "gpt-6.1-sol", None)


@pytest.mark.parametrize(
    ("usd", "unpriced", "text"),
    [
        pytest.param(None, 0, "price unknown", id="unknown"),
        pytest.param(0.0, 0, "$0.00", id="free"),
        pytest.param(0.00004, 0, "under $0.0001", id="tiny"),
        pytest.param(0.0123, 0, "$0.0123", id="cents"),
        pytest.param(12.345, 2, "$12.35 and 2 unpriced", id="a part without a price"),
    ],
)
def test_amounts_in_words(usd: float | None, unpriced: int, text: str) -> None:
    assert money(usd, unpriced) == text


def test_a_period_without_use_costs_nothing() -> None:
    assert Period("today", ()).usd == 0
