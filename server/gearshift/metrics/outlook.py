"""What results cost, how many stayed, how heavy actions went, and where the month is heading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.core.kept import ACCEPTED_LINES, AGES, kept, watched
from gearshift.core.tasks import HEAVY_TASKS
from gearshift.metrics.performance import cost, share
from gearshift.quota.windows import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gearshift.quota.entry import Entry, History

PROJECTED_FROM = 7 * DAY
"""The projection goes by the last week, in which workdays and weekends weigh as they do."""
MONTH_DAYS = 30


def _unknown() -> Mapping[int, float]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outlook:
    """Figures over results; None is unknown, never zero."""

    usd_per_accepted: float | None = None
    """Cost of all inline requests for each completion that was accepted."""
    usd_per_kept_line: float | None = None
    """Cost of all inline requests for each accepted line that stayed for ten minutes."""
    usd_per_verified: float | None = None
    """Cost of all heavy requests for each edit that was verified and kept."""
    accepted_rate: float | None = None
    """Share of shown completions that were accepted, from 0 to 1."""
    kept_lines: Mapping[int, float] = field(default_factory=_unknown)
    """Share of accepted lines that were still there, from 0 to 1, by their age in seconds."""
    actions: int = 0
    """Heavy actions whose drafts were judged."""
    first_try_rate: float | None = None
    """Share of those whose first draft was taken, from 0 to 1."""
    escalation_rate: float | None = None
    """Share of those that went on from the mini to the full model, from 0 to 1."""
    month_usd: float | None = None
    """30 days at the pace of the last 7, or of the days since the first request."""


def outlook(history: History, now: float) -> Outlook:
    """Return the figures over `history`, and the projection as of `now` (Unix time)."""
    inline = [e for e in history.entries if e.task not in HEAVY_TASKS]
    heavy = [e for e in history.entries if e.task in HEAVY_TASKS]
    n_verified = sum(e.label == "verified" and e.kept is True for e in heavy)
    actions = _actions(heavy)
    kept_lines = _kept_lines(history.counts)
    n_stayed = history.counts.get(ACCEPTED_LINES, 0) * kept_lines.get(AGES[-1], 0.0)
    return Outlook(
        usd_per_accepted=share(cost(inline), history.accepted),
        usd_per_kept_line=share(cost(inline), n_stayed),
        usd_per_verified=share(cost(heavy), n_verified),
        accepted_rate=history.accepted / history.shown if history.shown else None,
        kept_lines=MappingProxyType(kept_lines),
        actions=len(actions),
        first_try_rate=_rate(actions, _is_right_at_first),
        escalation_rate=_rate(actions, _has_escalated),
        month_usd=_projected(history.entries, now),
    )


def _kept_lines(counts: Mapping[str, int]) -> dict[int, float]:
    """Return the share of lines that stayed, by age, of those that could be looked at then."""
    return {
        age: counts.get(kept(age), 0) / counts[watched(age)]
        for age in AGES
        if counts.get(watched(age))
    }


def _actions(heavy: Iterable[Entry]) -> list[Sequence[Entry]]:
    """Return the requests of each action that got an answer, in the order they were made.

    Requests that no answer came to say nothing about drafts; rows of an older Gearshift do not
    tell their action.
    """
    found: dict[str, list[Entry]] = {}
    for entry in sorted(heavy, key=lambda e: e.id):
        if entry.action is not None and entry.requests:
            found.setdefault(entry.action, []).append(entry)
    return [
        requests
        for requests in found.values()
        if any(e.outcome == "answered" and e.label is not None for e in requests)
    ]


def _is_right_at_first(requests: Sequence[Entry]) -> bool:
    """Whether the first draft was taken, or shown where nobody tells what becomes of it."""
    return requests[0].label is not None and requests[0].kept is not False


def _has_escalated(requests: Sequence[Entry]) -> bool:
    return requests[0].tier == "mini" and any(e.tier == "full" for e in requests)


def _rate(
    actions: Sequence[Sequence[Entry]], holds: Callable[[Sequence[Entry]], bool]
) -> float | None:
    return sum(map(holds, actions)) / len(actions) if actions else None


def _projected(entries: Sequence[Entry], now: float) -> float | None:
    usd = cost(e for e in entries if e.at > now - PROJECTED_FROM)
    if usd is None:
        return None
    days = min(7.0, max(1.0, (now - min(e.at for e in entries)) / DAY))
    return usd / days * MONTH_DAYS
