"""What went on of late, as plain data for a client's panel: requests, use by day, shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.metrics.report import to_json
from gearshift.metrics.status import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gearshift.core.quota import PastShift
    from gearshift.metrics.report import Period
    from gearshift.quota.days import Day
    from gearshift.quota.entry import Entry


def requests_payload(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return the payload of `gearshift/requests`; what is unknown is None."""
    return {
        # The id as text: it has more bits than a JavaScript number holds.
        "requests": [{**request_row(e), "id": str(e.id), "at": iso(e.at)} for e in entries]
    }


def request_row(entry: Entry) -> dict[str, Any]:
    """Return a request as plain data, its time in Unix seconds; what is unknown is None."""
    usage = entry.usage
    return {
        "id": entry.id,
        "at": entry.at,
        "state": entry.state,
        "task": entry.task,
        "provider": entry.provider,
        "model": entry.model,
        "tier": entry.tier,
        "gear": entry.gear,
        "action": entry.action,
        "tries": entry.tries,
        "reason": entry.reason,
        "usage": {"input": usage.input, "cached": usage.cached, "output": usage.output},
        "estimated": usage.is_estimate,
        "usd": entry.usd,
        "seconds": entry.seconds,
        "outcome": entry.outcome,
        "label": entry.label,
        "kept": entry.kept,
    }


def spend_payload(days: Iterable[Day], periods: Sequence[Period]) -> dict[str, Any]:
    """Return the payload of `gearshift/spend`; a day without a known price has `usd` None."""
    return {"days": [_day(day) for day in days], **to_json(periods)}


def shifts_payload(shifts: Iterable[PastShift]) -> dict[str, Any]:
    """Return the payload of `gearshift/shifts`."""
    return {
        "shifts": [
            {"at": iso(s.at), "from": s.old, "to": s.new, "reason": s.reason} for s in shifts
        ]
    }


def _day(day: Day) -> dict[str, Any]:
    counts = day.counts
    return {
        "date": day.date,
        "usd": counts.usd,
        "unpriced": counts.unpriced,
        "tokens": counts.tokens,
        "requests": counts.requests,
    }
