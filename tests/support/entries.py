"""Rows of the ledger as tests of figures need them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gearshift.core.model import Usage
from gearshift.quota.entry import Entry

NOW = 1_795_000_000.0
ANSWERED = Entry(
    id=1,
    at=NOW - 60,
    state="settled",
    task="inline",
    provider="openai",
    model="gpt-6-luna",
    tier="mini",
    gear="full",
    reason="The settings say so.",
    usage=Usage(input=1000, output=20),
    usd=0.001,
    is_metered=True,
    outcome="answered",
    seconds=0.5,
)


def entry(**changes: Any) -> Entry:
    """An answered inline request a minute ago, but for `changes`."""
    return replace(ANSWERED, **changes)
