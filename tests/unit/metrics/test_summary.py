"""The whole report in its three forms."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from tests.support.entries import NOW, entry

from gearshift.metrics.drift import Drift
from gearshift.metrics.html import to_html
from gearshift.metrics.outlook import outlook
from gearshift.metrics.performance import performances
from gearshift.metrics.report import Period
from gearshift.metrics.summary import Summary, to_json, to_text
from gearshift.quota.entry import History, Spend

HISTORY = History((entry(), entry(task="tests", usd=None)), shown=4, accepted=1)
SPEND = Spend("openai", "<b>odd & model", "inline", 1200, 90000, 40000, 5000, 0.25, 0, 3)
SUMMARY = Summary(
    NOW,
    (Period("today", ()), Period("7 days", (SPEND,))),
    performances(HISTORY.entries),
    outlook(HISTORY, NOW),
    (Drift("gpt-6-luna", "inline", "length", 0.5), Drift("gpt-6-luna", "inline", "outcome", 0.0)),
)


class Outline(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not {"src", "href", "onload"} & {name for name, _ in attrs}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_text_has_spending_performance_outlook_and_warnings() -> None:
    text = to_text(SUMMARY)
    assert "today: nothing used" in text
    assert "7 days: $0.25" in text
    assert "inline  openai gpt-6-luna  1         0.0 %   0.50 s  0.50 s  $0.0010" in text
    assert "completions accepted: 25 %" in text
    assert "cost of a verified edit: unknown" in text
    assert "The length of gpt-6-luna's answers" in text
    assert "The outcome of" not in text


def test_the_data_is_json_and_unknown_is_null() -> None:
    data = json.loads(json.dumps(to_json(SUMMARY)))
    assert data["outlook"]["usdPerVerified"] is None
    assert data["outlook"]["acceptedRate"] == 0.25
    assert data["performance"][0]["meanSeconds"] == 0.5
    assert [drift["warning"] for drift in data["drift"]] == [True, False]
    assert data["periods"][1]["usd"] == 0.25


def test_the_page_is_sound_escaped_and_needs_nothing_else() -> None:
    html = to_html(SUMMARY)
    outline = Outline()
    outline.feed(html)
    assert outline.open == []
    assert not {"script", "link", "img", "b"} & set(outline.tags)
    assert "<b>odd & model" in outline.text
    assert "The length of gpt-6-luna's answers" in outline.text
    assert '<html lang="en">' in html
    assert "color-scheme: light dark" in html
    assert html.count('scope="col"') == html.count("<th ")
