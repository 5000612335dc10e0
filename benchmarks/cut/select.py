"""Chooses the holes: quotas by kind, all packages in turn, half of them across files."""

from __future__ import annotations

import asyncio
import pickle
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from benchmarks.cut.candidates import candidates
from benchmarks.cut.hole import Cut, Kind, Span, load, save
from benchmarks.cut.names import needed
from benchmarks.cut.packages import Package, packages
from benchmarks.cut.places import STORE
from benchmarks.cut.trial import Record, record
from benchmarks.cut.validity import covering, is_valid

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20261122
QUOTAS: dict[Kind, int] = {
    "rest": 22,
    "inside": 22,
    "statement": 32,
    "block": 19,
    "arguments": 13,
    "body": 13,
    "import": 7,
}
ATTEMPTS = 12
"""Candidates that are tried for one hole before the package is left for this round."""
DISTANCE = 12
"""Least number of lines between two holes of a file."""
PARALLEL = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate with its file."""

    path: str
    text: str
    span: Span
    needs: tuple[str, ...]


def kinds_in_turn() -> Iterator[Kind]:
    """Yield the kinds so that every beginning of the list comes close to the quotas."""
    total, given = sum(QUOTAS.values()), Counter[Kind]()
    for number in range(1, total + 1):
        kind: Kind = max(QUOTAS, key=lambda k: QUOTAS[k] * number / total - given[k])
        given[kind] += 1
        yield kind


async def select() -> None:
    """Fill the list of holes up to the quotas; what it holds already stays."""
    desks = await asyncio.gather(*(_Desk.of(package) for package in packages().values()))
    order = [desk for desk in desks if desk.places]
    Random(SEED).shuffle(order)
    chosen = load()
    wanted = list(kinds_in_turn())[len(chosen) :]
    turn, failures = len(chosen), 0
    while wanted and failures < len(order) * 3:
        desk = order[turn % len(order)]
        turn += 1
        across = sum(bool(hole.needs) for hole in chosen) * 2 <= len(chosen)
        hole = await desk.find(wanted[0], chosen, across=across)
        if hole is None:
            failures += 1
            continue
        failures = 0
        wanted.pop(0)
        chosen.append(hole)
        save(chosen)
        print(len(chosen), hole.id, hole.kind, len(hole.tests), *hole.needs, flush=True)


class _Desk:
    """The candidates of one package, tried one after another."""

    def __init__(self, package: Package, seen: Record) -> None:
        self._package = package
        self._record = seen
        self._tried: set[tuple[str, int]] = set()
        random = Random(f"{SEED} {package.name}")
        sources = package.sources()
        self.places: list[Place] = []
        for path, text in sources.items():
            others = {other: code for other, code in sources.items() if other != path}
            for span in candidates(text, random):
                answer = text[span.start : span.end]
                self.places.append(Place(path, text, span, needed(answer, text, others)))
        random.shuffle(self.places)

    @classmethod
    async def of(cls, package: Package) -> _Desk:
        return cls(package, await _recorded(package))

    async def find(self, kind: Kind, chosen: list[Cut], *, across: bool) -> Cut | None:
        """Return a valid hole of `kind`, one that needs another file if `across`."""
        fitting = [p for p in self.places if p.span.kind == kind and bool(p.needs) == across]
        fresh = (p for p in fitting if (p.path, p.span.start) not in self._tried)
        batch: list[Cut] = []
        attempts = 0
        for place in fresh:
            hole = self._hole(place)
            self._tried.add((place.path, place.span.start))
            if hole is None or _is_near(hole, chosen):
                continue
            batch.append(hole)
            if len(batch) < PARALLEL:
                continue
            attempts += len(batch)
            valid = await asyncio.gather(*map(is_valid, batch))
            if any(valid):
                return batch[valid.index(True)]
            if attempts >= ATTEMPTS:
                return None
            batch = []
        return None

    def _hole(self, place: Place) -> Cut | None:
        span = place.span
        tests = covering(self._record, place.path, place.text, span.start, span.end)
        if not tests:
            return None
        name = self._package.name
        return Cut(name, place.path, span.kind, span.start, span.end, place.needs, tests)


async def _recorded(package: Package) -> Record:
    file = STORE / f"{package.name}-{package.version}.record"
    if not file.exists():
        file.write_bytes(pickle.dumps(await record(package)))
    return pickle.loads(file.read_bytes())


def _is_near(hole: Cut, chosen: list[Cut]) -> bool:
    line = hole.before.count("\n")
    return any(
        (other.package, other.path) == (hole.package, hole.path)
        and abs(other.before.count("\n") - line) < DISTANCE
        for other in chosen
    )
