"""How well requests went, by model and task: errors, times, and what each cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gearshift.quota.entry import Entry


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
        usd_per_request=share(cost(group), n_priced),
    )


def cost(entries: Iterable[Entry]) -> float | None:
    """Return the known cost of requests in US dollars; None where no price is known."""
    known = [e.usd for e in entries if e.usd is not None]
    return sum(known) if known else None


def share(usd: float | None, n: float) -> float | None:
    """Return the part of a cost that falls to each of `n`; None where either is unknown."""
    return None if usd is None or not n else usd / n
