"""What passing tests are worth: each runs something new of its target and notices a fault in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gearshift.core.errors import Refused
from gearshift.verify.coverage import Coverage, Shape, counted, ranges, shape_of
from gearshift.verify.likeness import without_likes
from gearshift.verify.mutants import Mutant, mutants_of
from gearshift.verify.runners import Conditions, Runner, run_each, run_file
from gearshift.verify.runners.runner import Traced
from gearshift.verify.screening import Trial, UnderTest, listed, name_of, names_of
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.verification import TestRun

Tell = Callable[[str], None]
"""Shows a person what is being done."""

MOST_MUTANTS = 16
"""Mutants run for one draft; each is a run of the tests."""
FEWEST_MUTANTS = 5
"""Run even when every test has killed one, so that the share killed means something."""
MOST_FILES = 3
"""Other test files that are run to know what is covered already."""
MOST_LOOKED_AT = 2000
MUTANT_SECONDS = 10.0
"""Least time for the tests of a mutant, which may have become endless."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Which tests are worth having."""

    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    """Sentences: what was dropped and why."""
    words: str
    """One sentence about those kept."""
    missed: str
    """For the model, where nothing was kept: lines not run, faults not noticed."""


@dataclass(slots=True)
class Prover:
    """The proof of the passing tests in one test file."""

    bench: Workbench
    runner: Runner
    trial: Trial
    under_test: UnderTest
    text: str
    """The test file with the tests that passed."""
    tell: Tell
    seconds: float
    """How long those took."""
    shape: Shape = field(init=False)

    def __post_init__(self) -> None:
        at = self.under_test
        self.shape = shape_of(at.text, at.first, at.last)

    async def prove(self, names: Sequence[str]) -> Proof:
        """Keep the tests that raise coverage of the target and kill a mutant of it.

        Where the tests that were there run all of it already, it must be a mutant that they miss.
        Raises OSError if nothing can be started, Refused if they miss none.
        """
        self.tell(f"Measuring what {_tests(len(names))} of {self.under_test.name} run")
        before = await self._before()
        alone = await self._alone(names)
        is_complete = bool(self.shape.statements) and self.shape.is_complete(before)
        dropped: list[str] = []
        kept = [name for name in names if alone[name] is not None]
        _drop(dropped, names, kept, "passed only together with other tests.")
        raising = [n for n in kept if is_complete or (alone[n] or Coverage()).adds_to(before)]
        _drop(dropped, kept, raising, f"ran nothing of {self.under_test.name} that was not run.")
        covered = {name: alone[name] or Coverage() for name in raising}
        hunt = await self._hunt(covered, is_complete=is_complete)
        proved = [name for name in raising if name in hunt.killers]
        if is_complete and hunt.tried and hunt.tried == hunt.known:
            raise Refused(
                f"The tests that are there already run all of {self.under_test.name} and notice "
                f"each of {counted(len(hunt.tried), 'fault')} put into it: there is nothing to add."
            )
        beside = ", but for those that the tests of before notice" if hunt.known else ""
        _drop(dropped, raising, proved, f"noticed none of the faults put into the code{beside}.")
        worth = {name: (covered[name], hunt.noticed(name)) for name in proved}
        fresh = without_likes(self.text, proved, worth)
        _drop(dropped, proved, fresh, "said only again what another test says.")
        after = before
        for name in fresh:
            after |= covered[name]
        words = f"They run {self.shape.words(after)} of {self.under_test.name}"
        if before.lines:
            words += f" ({len(before.lines)} before)"
        words += f" and kill {hunt.n_killed} of {counted(len(hunt.tried), 'mutant')}."
        return Proof(tuple(fresh), tuple(dropped), words, self._missed(alone, before, hunt))

    # --- coverage --------------------------------------------------------------------------

    @property
    def _traced(self) -> Traced:
        return Traced(self.under_test.file, self.under_test.first, self.under_test.last)

    async def _before(self) -> Coverage:
        """Return what the tests that are there run: of this file, and of others that name it."""
        trial, found = self.trial, Coverage()
        traced = Conditions(traced=self._traced)
        runs: list[TestRun] = []
        if trial.existing.strip():
            runs += await self._run([replace(traced, texts={trial.file: trial.existing})])
        for file in await asyncio.to_thread(_naming, self.bench, trial):
            run = await run_file(self.bench, self.runner, file, trial.import_root, traced)
            runs.append(run)
        for run in runs:
            for hits in run.hits.values():
                found |= self.shape.coverage(hits)
        return found

    async def _alone(self, names: Sequence[str]) -> dict[str, Coverage | None]:
        """Return what each test runs in a process of its own; None: it fails there."""
        conditions = [Conditions(only=(name,), traced=self._traced) for name in names]
        runs = await self._run(conditions)
        found: dict[str, Coverage | None] = {}
        for name, run in zip(names, runs, strict=True):
            coverage = Coverage()
            for test, hits in run.hits.items():
                coverage |= self.shape.coverage(hits) if name_of(test) == name else Coverage()
            is_good = name in names_of(run.passed) and not run.failed
            found[name] = coverage if is_good else None
        return found

    # --- mutants ---------------------------------------------------------------------------

    async def _hunt(self, covered: dict[str, Coverage], *, is_complete: bool) -> _Hunt:
        """Run the tests on mutants of what they cover until each has killed one.

        A blunt fault counts for a test only where nothing that it runs can be broken otherwise.
        """
        at = self.under_test
        hunt = _Hunt()
        queue = list(await asyncio.to_thread(mutants_of, at.text, at.first, at.last))
        fine = {self._line(mutant) for mutant in queue if not mutant.is_blunt}
        simple = frozenset(name for name, ran in covered.items() if not ran.lines & fine)
        while queue and covered and len(hunt.tried) < MOST_MUTANTS:
            open_tests = [name for name in covered if name not in hunt.killers]
            if not open_tests and len(hunt.tried) >= FEWEST_MUTANTS:
                break
            aimed_at = open_tests or list(covered)
            wanted = self._lines(covered[name] for name in aimed_at)
            blunt = self._lines(covered[name] for name in aimed_at if name in simple)
            fits = [m for m in queue if self._line(m) in (blunt if m.is_blunt else wanted)]
            batch = fits[:FEWEST_MUTANTS]
            if not batch:
                break
            queue = [m for m in queue if m not in batch]
            killed = len(hunt.killers)
            self.tell(f"Killing mutants: {killed} of {_tests(len(covered))} killed one")
            only = () if is_complete else tuple(covered)
            runs = await self._run([self._on(mutant, only) for mutant in batch])
            for mutant, run in zip(batch, runs, strict=True):
                new = simple if mutant.is_blunt else frozenset(covered)
                failing = names_of(run.failed) - (covered.keys() - new)
                hunt.note(mutant, failing, new, by_all=is_complete)
        return hunt

    def _line(self, mutant: Mutant) -> int:
        """Return the statement of a fault; 0 for defaults, which every call passes."""
        return self.shape.owner.get(mutant.line, 0)

    def _lines(self, coverages: Iterable[Coverage]) -> set[int]:
        return {0}.union(*(coverage.lines for coverage in coverages))

    def _on(self, mutant: Mutant, only: tuple[str, ...]) -> Conditions:
        wall = max(4 * self.seconds, MUTANT_SECONDS)
        texts = {self.under_test.file: mutant.text}
        return Conditions(only=only, texts=texts, wall_seconds=wall)

    async def _run(self, conditions: Sequence[Conditions]) -> list[TestRun]:
        trial = self.trial
        texts = [{trial.file: self.text, **each.texts} for each in conditions]
        work = [replace(a, texts=b) for a, b in zip(conditions, texts, strict=True)]
        return await run_each(self.bench, self.runner, trial.file, trial.import_root, work)

    def _missed(self, alone: dict[str, Coverage | None], before: Coverage, hunt: _Hunt) -> str:
        covered = before.lines.union(*(c.lines for c in alone.values() if c))
        words: list[str] = []
        if left := self.shape.statements - covered:
            words.append(f"Not run by any test: {_quoted(self.under_test.text, left)}.")
        missed = [m for m in hunt.tried if m not in (*hunt.killed, *hunt.known)]
        words += [f"No test would notice if {mutant.change}." for mutant in missed]
        return " ".join(words[:3])


@dataclass(slots=True)
class _Hunt:
    """Which mutants were run, and which tests killed one."""

    tried: list[Mutant] = field(default_factory=list[Mutant])
    killed: list[Mutant] = field(default_factory=list[Mutant])
    known: list[Mutant] = field(default_factory=list[Mutant])
    """Noticed by tests that were there."""
    killers: set[str] = field(default_factory=set[str])
    _kills: list[tuple[str, frozenset[str]]] = field(
        default_factory=list[tuple[str, frozenset[str]]]
    )

    def noticed(self, test: str) -> frozenset[str]:
        """Return the faults that a test noticed."""
        return frozenset(change for change, tests in self._kills if test in tests)

    @property
    def n_killed(self) -> int:
        return len(self.killed)

    def note(
        self, mutant: Mutant, failing: frozenset[str], new: frozenset[str], *, by_all: bool
    ) -> None:
        """Count the tests that fail; `by_all`: unless a test that was there fails as well."""
        self.tried.append(mutant)
        if by_all and failing - new:
            self.known.append(mutant)
            return
        if failing & new:
            self.killed.append(mutant)
            self.killers |= failing & new
            self._kills.append((mutant.text, failing & new))


def _naming(bench: Workbench, trial: Trial) -> list[Path]:
    """Return other test files of the project that name the target."""
    found: list[Path] = []
    own = bench.copy / trial.file.relative_to(bench.project)
    for number, file in enumerate(sorted(bench.copy.rglob("*.py"))):
        if number > MOST_LOOKED_AT or len(found) == MOST_FILES:
            break
        if file == own or not (file.name.startswith("test_") or file.stem.endswith("_test")):
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if any(name in text for name in trial.target):
            found.append(bench.project / file.relative_to(bench.copy))
    return found


def _drop(dropped: list[str], before: Sequence[str], after: Sequence[str], why: str) -> None:
    lost = [name for name in before if name not in after]
    if lost:
        dropped.append(f"{listed(lost)} {why}")


def _quoted(text: str, lines: Iterable[int]) -> str:
    rows = text.split("\n")
    chosen = sorted(lines)
    shown = ", ".join(f"`{rows[n - 1].strip()}`" for n in chosen[:3])
    return f"{shown} (line {ranges(chosen)})"


def _tests(count: int) -> str:
    return "1 test" if count == 1 else f"{count} tests"
