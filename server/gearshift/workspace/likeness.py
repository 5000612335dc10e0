"""How alike two stretches of code are: rare parts of names in common, fused with BM25."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Bag = Counter[str]
PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d{2,}")
"""A part of a name: `HTTPServer_port2` has `http`, `server` and `port`."""
SATURATION = 1.2
LENGTH_SHARE = 0.75
"""BM25's usual k1 and b."""
FUSION = 60
"""The usual constant of reciprocal rank fusion."""


def bag_of(text: str) -> Bag:
    """Return the parts of names in `text`, in lower case, with their counts."""
    return Counter(part.lower() for part in PART.findall(text) if len(part) > 1)


class Likeness:
    """Compares bags by how rare their parts are among all of them."""

    def __init__(self, bags: Iterable[Bag]) -> None:
        self._counts: Counter[str] = Counter()
        self._n_bags = 0
        total = 0
        for bag in bags:
            self._n_bags += 1
            self._counts.update(bag.keys())
            total += bag.total()
        self._length = total / self._n_bags if self._n_bags else 1.0
        self._weights: dict[str, float] = {}

    def weight(self, part: str) -> float:
        """Return how much a part tells: more the fewer bags have it."""
        known = self._weights.get(part)
        if known is None:
            count = self._counts.get(part, 0)
            known = math.log(1 + (self._n_bags - count + 0.5) / (count + 0.5))
            self._weights[part] = known
        return known

    def jaccard(self, one: Mapping[str, int], other: Mapping[str, int]) -> float:
        """Return the weight of common parts over that of all parts, 0 to 1."""
        common = sum(self.weight(part) for part in one.keys() & other.keys())
        every = sum(self.weight(part) for part in one.keys() | other.keys())
        return common / every if every else 0.0

    def bm25(self, query: Bag, bag: Bag) -> float:
        """Return the BM25 score of `bag` for `query`."""
        longer = 1 - LENGTH_SHARE + LENGTH_SHARE * bag.total() / self._length
        score = 0.0
        for part in query.keys() & bag.keys():
            count = bag[part]
            score += self.weight(part) * count * (SATURATION + 1) / (count + SATURATION * longer)
        return score

    def ranked(self, query: Bag, bags: Sequence[Bag]) -> list[tuple[int, float]]:
        """Return the numbers of the bags with their Jaccard scores, by both ranks fused."""
        alike = [self.jaccard(query, bag) for bag in bags]
        scores = [self.bm25(query, bag) for bag in bags]
        fused: dict[int, float] = dict.fromkeys(range(len(bags)), 0.0)
        for values in (alike, scores):
            order = sorted(range(len(bags)), key=lambda n: (-values[n], n))
            for place, number in enumerate(order):
                fused[number] += 1 / (FUSION + place)
        return [(n, alike[n]) for n in sorted(fused, key=lambda n: (-fused[n], n))]
