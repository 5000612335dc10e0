"""How sure a difference is: a paired exact test, and intervals over packages."""

from __future__ import annotations

from math import comb
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEED = 20261122
SAMPLES = 4_000
INTERVAL = 0.95


def paired_test(wins: int, losses: int) -> float:
    """Return the two-sided p of McNemar's exact test.

    `wins` are the holes that only the one arm passes, `losses` those that only the other does;
    holes that both or neither pass say nothing.
    """
    total = wins + losses
    if not total:
        return 1.0
    tail = sum(comb(total, k) for k in range(min(wins, losses) + 1)) / 2**total
    return min(1.0, 2 * tail)


def interval(by_package: Mapping[str, Sequence[float]], seed: int = SEED) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean, packages being drawn, not holes: holes of
    one package are alike."""
    random = Random(seed)
    names = sorted(by_package)
    means: list[float] = []
    for _ in range(SAMPLES):
        drawn = [value for _ in names for value in by_package[random.choice(names)]]
        means.append(sum(drawn) / len(drawn))
    means.sort()
    cut = int(SAMPLES * (1 - INTERVAL) / 2)
    return means[cut], means[-1 - cut]
