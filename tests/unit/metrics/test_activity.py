"""The payloads behind a client's panel."""

from __future__ import annotations

import json
from dataclasses import replace

from gearshift.core.model import Usage
from gearshift.core.quota import PastShift
from gearshift.metrics.activity import requests_payload, shifts_payload, spend_payload
from gearshift.metrics.report import Period
from gearshift.quota.days import Day
from gearshift.quota.entry import Counts, Entry

AT = 1_795_000_000.5
ENTRY = Entry(
    *(1_882_718_273_747_189_761, AT, "settled", "tests", "openai", "gpt-6.1-sol"),
    *("full", "full", "The settings say so.", Usage(812, 100, 214), 0.0038),
    is_metered=True,
    outcome="answered",
    seconds=4.1,
    label="verified",
    kept=True,
)


def test_a_request_tells_why_it_was_made_what_it_took_and_what_came_of_it() -> None:
    (row,) = json.loads(json.dumps(requests_payload([ENTRY])))["requests"]
    assert row == {
        "id": "1882718273747189761",
        "at": "2026-11-18T11:06:40Z",
        "state": "settled",
        "task": "tests",
        "provider": "openai",
        "model": "gpt-6.1-sol",
        "tier": "full",
        "gear": "full",
        "action": None,
        "tries": None,
        "reason": "The settings say so.",
        "usage": {"input": 812, "cached": 100, "output": 214},
        "estimated": False,
        "usd": 0.0038,
        "seconds": 4.1,
        "outcome": "answered",
        "label": "verified",
        "kept": True,
    }


def test_what_is_unknown_of_a_request_is_null() -> None:
    open_entry = replace(ENTRY, state="reserved", usd=None, seconds=None, label=None, kept=None)
    (row,) = requests_payload([open_entry])["requests"]
    assert {row[name] for name in ("usd", "seconds", "label", "kept")} == {None}


def test_a_day_without_a_known_price_has_no_cost_and_one_without_use_costs_nothing() -> None:
    days = [Day("2026-11-20", Counts()), Day("2026-11-21", Counts(3, 500, 0, 3))]
    free, unpriced = spend_payload(days, [Period("today", ())])["days"]
    assert (free["usd"], free["requests"]) == (0, 0)
    assert (unpriced["usd"], unpriced["unpriced"], unpriced["tokens"]) == (None, 3, 500)


def test_shifts_keep_their_order_and_reason() -> None:
    shifts = [PastShift(AT, "saver", "mini", "90 % used"), PastShift(AT, "full", "saver", "80 %")]
    rows = shifts_payload(shifts)["shifts"]
    assert [(row["from"], row["to"]) for row in rows] == [("saver", "mini"), ("full", "saver")]
    assert rows[0]["reason"] == "90 % used"
