"""The row of a request that is about to leave, and whether a budget may refuse it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gearshift.core.model import Usage
from gearshift.quota import process
from gearshift.quota.entry import Entry, Estimate

if TYPE_CHECKING:
    from gearshift.settings.schema import QuotaSettings

RESERVATION_SECONDS = 600.0
"""A reservation that nobody settled lapses after this; longer than any request may take."""


def may_be_refused(estimate: Estimate, quota: QuotaSettings) -> bool:
    """Whether a budget has a say: not for a free model, nor for one that the user chose."""
    return bool(quota.budgets) and estimate.usd != 0 and not estimate.is_past_budget


def reserved(estimate: Estimate, now: float) -> Entry:
    """Return the row of a request reserved at the Unix time `now`."""
    now_ms = round(now * 1000)
    pid, born = process.own()
    return Entry(
        # Time first, so that the table grows at its end; 20 random bits keep apart what
        # several processes reserve within one millisecond.
        id=(now_ms << 20) | int.from_bytes(os.urandom(3), "big") >> 4,
        at=now_ms / 1000,
        state="reserved",
        task=estimate.task,
        provider=estimate.provider,
        model=estimate.model,
        tier=estimate.tier,
        gear=estimate.gear,
        reason=estimate.reason,
        usage=Usage(input=estimate.input, output=estimate.output, is_estimate=True),
        usd=estimate.usd,
        is_metered=estimate.usd != 0,
        pid=pid,
        born=born,
        expires=now_ms / 1000 + RESERVATION_SECONDS,
        action=estimate.action,
    )
