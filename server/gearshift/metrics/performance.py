"""How well requests went, by model and task: errors, times, and what a result that stayed cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.tasks import HEAVY_TASKS, Task
from gearshift.quota.windows import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gearshift.quota.entry import Entry, History

PROJECTED_FROM = 7 * DAY
"""The projection goes by the last week, in which workdays and weekends weigh as they do."""
MONTH_DAYS = 30


@dataclass(frozen=True, slots=True)
class Performance:
    """One model at one task; None is unknown, never zero."""

    provider: str
    model: str
    task: Task
    requests: int
    """Requests that ended, those that were cut short by the user left out."""
    error_rate: float
    """Share that failed, from 0 to 1."""
    mean_seconds: float | None
    """From the request to the whole answer, over answered requests."""
    p95_seconds: float | None
    usd_per_request: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What results cost, and where the month is heading; None is unknown, never zero."""

    usd_per_accepted: float | None
    """Cost of all inline requests for each completion that was accepted."""
    usd_per_verified: float | None
    """Cost of all heavy requests for each edit that was verified and kept."""
    accepted_rate: float | None
    """Share of shown completions that were accepted, from 0 to 1."""
    month_usd: float | None
    """30 days at the pace of the last 7, or of the days since the first request."""


def performances(entries: Iterable[Entry]) -> tuple[Performance, ...]:
    """Return a row for each provider, model and task, the most used first."""
    groups: dict[tuple[str, str, Task], list[Entry]] = {}
    for entry in entries:
        if is_ended(entry):
            groups.setdefault((entry.provider, entry.model, entry.task), []).append(entry)
    rows = [_performance(*key, group) for key, group in groups.items()]
    return tuple(sorted(rows, key=lambda row: -row.requests))


def is_ended(entry: Entry) -> bool:
    """Whether a request came to an end of its own: answered or failed."""
    return entry.state == "settled" and entry.outcome is not None and entry.outcome != "cut"


def has_failed(entry: Entry) -> bool:
    """Whether a request ended with an error."""
    return entry.outcome is not None and entry.outcome.startswith("failed")


def outlook(history: History, now: float) -> Outlook:
    """Return the costs of results over `history`, and the projection as of `now` (Unix time)."""
    inline = [e for e in history.entries if e.task not in HEAVY_TASKS]
    heavy = [e for e in history.entries if e.task in HEAVY_TASKS]
    n_verified = sum(e.label == "verified" and e.kept is True for e in heavy)
    return Outlook(
        usd_per_accepted=_share(_cost(inline), history.accepted),
        usd_per_verified=_share(_cost(heavy), n_verified),
        accepted_rate=history.accepted / history.shown if history.shown else None,
        month_usd=_projected(history.entries, now),
    )


def _performance(provider: str, model: str, task: Task, group: Sequence[Entry]) -> Performance:
    answered = [e for e in group if e.outcome == "answered" and e.seconds is not None]
    seconds = sorted(e.seconds or 0.0 for e in answered)
    n_priced = sum(e.usd is not None for e in group)
    return Performance(
        *(provider, model, task, len(group)),
        error_rate=sum(map(has_failed, group)) / len(group),
        mean_seconds=sum(seconds) / len(seconds) if seconds else None,
        # Nearest rank: a time that some request really took.
        p95_seconds=seconds[-(-95 * len(seconds) // 100) - 1] if seconds else None,
        usd_per_request=_share(_cost(group), n_priced),
    )


def _cost(entries: Iterable[Entry]) -> float | None:
    known = [e.usd for e in entries if e.usd is not None]
    return sum(known) if known else None


def _share(usd: float | None, n: int) -> float | None:
    return None if usd is None or not n else usd / n


def _projected(entries: Sequence[Entry], now: float) -> float | None:
    recent = [e for e in entries if e.at > now - PROJECTED_FROM]
    usd = _cost(recent)
    if usd is None:
        return None
    days = min(7.0, max(1.0, (now - min(e.at for e in entries)) / DAY))
    return usd / days * MONTH_DAYS
