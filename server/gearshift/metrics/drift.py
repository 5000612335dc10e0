"""Drift: whether a model's answers of late are distributed as its own earlier ones were."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from gearshift.metrics.performance import has_failed, is_ended
from gearshift.quota.windows import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gearshift.quota.entry import Entry

RECENT = 3 * DAY
FEWEST = 50
"""Requests below which a distribution, of late or before, is not judged."""
THRESHOLD = 0.2
"""Nats; a share that goes from 10 % to 40 % makes about 0.3, from 10 % to 25 % about 0.1."""
LENGTHS = (16, 64, 256, 1024)
"""Bounds of the length buckets, in tokens."""


@dataclass(frozen=True, slots=True)
class Drift:
    """How far one model's answers to one task moved in one respect."""

    model: str
    task: str
    aspect: str
    """`length`, `outcome`, `verdict`."""
    divergence: float
    """Kullback-Leibler divergence of the late answers from the earlier ones, in nats, from 0."""

    @property
    def is_warning(self) -> bool:
        """Whether it is more than chance and habit explain."""
        return self.divergence > THRESHOLD

    @property
    def sentence(self) -> str:
        """What to tell the user."""
        return (
            f"The {self.aspect} of {self.model}'s answers to {self.task} requests changed in the"
            f" last 3 days (divergence {self.divergence:.2f}, warned of above {THRESHOLD})."
        )


def drifts(entries: Iterable[Entry], now: float) -> tuple[Drift, ...]:
    """Return each model's drift, largest first; models with too few requests are left out."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if is_ended(entry):
            groups.setdefault((entry.model, entry.task), []).append(entry)
    found: list[Drift] = []
    for (model, task), group in groups.items():
        late = [e for e in group if e.at > now - RECENT]
        early = [e for e in group if e.at <= now - RECENT]
        if min(len(late), len(early)) >= FEWEST:
            found += _compared(model, task, late, early)
    return tuple(sorted(found, key=lambda drift: -drift.divergence))


def divergence(late: Mapping[str, int], early: Mapping[str, int]) -> float:
    """Return the Kullback-Leibler divergence in nats; half a count stands for the unseen."""
    keys = late.keys() | early.keys()
    n_late, n_early = sum(late.values()) + len(keys) / 2, sum(early.values()) + len(keys) / 2
    total = 0.0
    for key in keys:
        p, q = (late.get(key, 0) + 0.5) / n_late, (early.get(key, 0) + 0.5) / n_early
        total += p * log(p / q)
    return max(total, 0.0)


def _compared(model: str, task: str, late: Sequence[Entry], early: Sequence[Entry]) -> list[Drift]:
    return [
        Drift(model, task, aspect, divergence(Counter(map(of, late)), Counter(map(of, early))))
        for aspect, of in _ASPECTS
    ]


def _length(entry: Entry) -> str:
    return str(sum(entry.usage.output > bound for bound in LENGTHS))


def _outcome(entry: Entry) -> str:
    return "failed" if has_failed(entry) else "answered"


def _verdict(entry: Entry) -> str:
    return f"{entry.label or 'unjudged'} {entry.kept}"


_ASPECTS: tuple[tuple[str, Callable[[Entry], str]], ...] = (
    ("length", _length),
    ("outcome", _outcome),
    ("verdict", _verdict),
)
