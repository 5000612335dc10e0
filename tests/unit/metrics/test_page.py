"""The status page: windows, today, models and shifts in Markdown; unknown is never zero."""

from __future__ import annotations

from tests.support.entries import entry

from gearshift.core.clock import moment
from gearshift.core.quota import PastShift, Use, Window
from gearshift.metrics.page import NO_BUDGET, NO_REQUEST, requests_page, status_page
from gearshift.metrics.status import Status
from gearshift.quota.entry import Spend, Today

NOW = 1_795_000_000.0


def test_the_page_shows_windows_today_models_and_shifts() -> None:
    at = moment(NOW + 3600, NOW)
    status = Status(
        "ready",
        "saver",
        message="Saver gear.",
        models={"mini": "gpt-6-luna"},
        windows=(
            Window("budget", "5h", 82.06, Use(1.64, 91022, 40), Use(usd=2.0), NOW + 3600, NOW),
            Window("plan", "week", None, stale=True),
            Window("budget", "day", None, Use(), Use(tokens=5000), stale=True),
        ),
        today=Today(Use(0.42, 81234, 214), 0, 120, 44),
    )
    spend = [Spend("openai", "gpt-6-luna", "tests", 3, 900, 0, 300, 0.02, 0, 2)]
    page = status_page(status, spend, [PastShift(NOW, "full", "saver", "82 % | used")], NOW)
    lines = page.splitlines()

    assert lines[0] == f"# ⚙ saver 82% · 5h resets {at}"
    assert f"| 5h budget | 82 % | $1.64 of $2.00 | {at} |" in lines
    assert "| week plan | unknown |  |  |" in lines
    assert "| day budget | unknown | unknown of 5,000 tokens |  |" in lines
    assert "214 requests · 81,234 tokens · $0.42 · 44 of 120 completions accepted" in lines
    assert "| tests | gpt-6-luna | 3 | $0.0200 |" in lines
    assert "| `mini` | gpt-6-luna |" in lines
    assert rf"| {moment(NOW, NOW)} | full → saver | 82 % \| used |" in lines


def test_a_page_with_nothing_known_says_so() -> None:
    page = status_page(Status("setup", "full", today=Today(Use())), (), (), NOW)
    assert NO_BUDGET in page
    assert "the ledger can't be read" in page
    assert "$0" not in page


def test_the_requests_page_says_of_each_what_it_was_and_why() -> None:
    open_end = entry(state="reserved", outcome=None, seconds=None, usd=None, task="tests")
    page = requests_page([entry(label="checked"), open_end], NOW)

    at = moment(NOW - 60, NOW)
    same = "| 1,000 in, 20 out | {} | {} | The settings say so. |"
    answered = same.format("$0.0010 | 0.5 s", "answered, checked")
    assert f"| {at} | inline | gpt-6-luna | full {answered}" in page.splitlines()
    assert (
        f"| {at} | tests | gpt-6-luna | full {same.format('price unknown | ', 'reserved')}" in page
    )
    assert NO_REQUEST in requests_page([], NOW)
