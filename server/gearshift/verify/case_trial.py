"""Generated tests of other languages, run before they are offered as Python's are.

Coverage is that of all new tests together, where the runner can tell it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gearshift.core.verification import TestRun, Verdict
from gearshift.languages import language_of
from gearshift.languages.syntax import error_count
from gearshift.verify.cases import read_cases, without_cases
from gearshift.verify.coverage import counted
from gearshift.verify.proof import FEWEST_MUTANTS, Tell
from gearshift.verify.runners import Conditions, Runner, run_file
from gearshift.verify.runners.runner import Traced
from gearshift.verify.screening import Trial, TrialResult, UnderTest, failed, listed
from gearshift.verify.token_mutants import token_mutants
from gearshift.verify.trial import RUNS
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gearshift.verify.mutants import Mutant

MOST_MUTANTS = 8
"""Each may be compiled anew."""


def screened_cases(trial: Trial) -> TrialResult:
    """Return the trial without tests that can prove nothing; nothing is run."""
    language = language_of(trial.language)
    if error_count(trial.language, trial.text):
        return failed("parse", f"The tests do not parse as {language.name}.")
    cases = [c for c in read_cases(trial.language, trial.text) if c.name in trial.new]
    if not cases:
        return failed("tests", "There is no test in it.")
    empty = [c.name for c in cases if not c.asserts]
    strange = [
        c.name for c in cases if c.asserts and not any(name in c.text for name in trial.target)
    ]
    strange = strange if trial.target else []
    dropped = [f"{listed(trial.unreadable)} did not parse."] if trial.unreadable else []
    dropped += [f"{listed(empty)} had no assertion."] if empty else []
    dropped += [f"{listed(strange)} did not use {listed(trial.target)}."] if strange else []
    kept = tuple(c.name for c in cases if c.name not in {*empty, *strange})
    if not kept:
        return failed("tests", " ".join(dropped))
    text = without_cases(trial.language, trial.text, {*empty, *strange})
    return TrialResult(Verdict(True, "tests", evidence=("static",)), text, kept, tuple(dropped))


async def try_cases(bench: Workbench, runner: Runner, trial: Trial, tell: Tell) -> TrialResult:
    """Run the tests and return those that pass every time and notice a fault.

    A failed verdict's detail is what to tell the model; raises OSError if nothing can be started.
    """
    result = screened_cases(trial)
    if not result.verdict.passed or result.text is None:
        return result
    course = _Course(bench, runner, trial, tell, result.text, result.kept, list(result.dropped))
    return await course.run()


@dataclass(slots=True)
class _Course:
    """The way of one draft's tests through the runs, one after another: builds share a folder."""

    bench: Workbench
    runner: Runner
    trial: Trial
    tell: Tell
    text: str
    kept: tuple[str, ...]
    dropped: list[str]
    _killers: set[str] = field(default_factory=set[str])
    _tried: int = 0
    _killed: int = 0
    _covered: str = ""
    """What to say of the target's lines; empty: the runner can't tell."""

    async def run(self) -> TrialResult:
        """Return what is left at the end."""
        self.tell(f"Running {len(self.kept)} new tests with {self.runner.name}")
        first = await self._run(RUNS[0])
        lost = self._lost(first)
        if lost:
            words = f"{len(lost)} of {len(self.kept)} generated tests failed: {listed(lost)}."
            self._drop(lost, words)
        if not self.kept:
            return failed("tests", f"{self.dropped[-1]}\n{_said(first, lost)}")
        self.tell(f"{len(self.kept)} new tests pass")
        await self._hunt()
        idle = [name for name in self.kept if self._tried and name not in self._killers]
        if idle:
            self._drop(idle, f"{listed(idle)} noticed none of the faults put into the code.")
        if not self.kept:
            return failed("mutants", " ".join(self.dropped))
        if not await self._covers_more():
            name = at.name if (at := self.trial.under_test) else "the code"
            return failed("coverage", f"The tests ran nothing of {name} that was not run before.")
        self.tell("Running the tests again in other orders")
        for conditions in RUNS[1:]:
            if flickering := self._lost(await self._run(conditions)):
                words = f"{listed(flickering)} passed at first and failed when run again."
                self._drop(flickering, words)
        if not self.kept:
            return failed("tests", " ".join(self.dropped))
        return self._result(first.sandbox)

    def _result(self, sandbox: str) -> TrialResult:
        count = len(self.kept)
        detail = f"{count} new {'test passes' if count == 1 else 'tests pass'} in {len(RUNS)} runs"
        detail += f" of {self.runner.name}"
        if self._tried:
            verb = "kills" if count == 1 else "kill"
            detail += f" and {verb} {self._killed} of {self._tried} mutants"
        if self._covered:
            detail += f"; {self._covered}"
        measures = {"coverage": self._covered, "mutants": self._tried}
        evidence = ("tests", *(name for name, value in measures.items() if value))
        detail += "."
        if self.trial.under_test is not None and not self._covered and self.runner.without_coverage:
            detail += f" Coverage was not measured: {self.runner.without_coverage}"
        verdict = Verdict(True, "tests", detail, (*evidence, f"sandbox:{sandbox}"))
        return TrialResult(verdict, self.text, self.kept, tuple(self.dropped))

    async def _covers_more(self) -> bool:
        """Whether more of the target is run than before, or all was; True where nobody can tell."""
        at = self.trial.under_test
        if at is None:
            return True
        after = await self._hits(at, self.text)
        if not after:
            return True
        ran = _ran(after)
        before = set[int]()
        if self.trial.existing.strip():
            before = _ran(await self._hits(at, self.trial.existing))
        lines = {line for _, line in after}
        self._covered = f"{len(ran)} of {counted(len(lines), 'line')} of {at.name} are run"
        if before:
            self._covered += f" ({len(before)} before)"
        return bool(ran - before) or lines <= before

    async def _hits(self, at: UnderTest, text: str) -> frozenset[tuple[int, int]]:
        """Return which lines of the target a test file runs; empty where it can't be told."""
        traced = Traced(at.file, at.first, at.last)
        texts = {self.trial.file: text, at.file: at.text}
        run = await run_file(
            *(self.bench, self.runner, self.trial.file, self.trial.import_root),
            Conditions(texts=texts, traced=traced),
        )
        return frozenset(hit for hits in run.hits.values() for hit in hits)

    async def _hunt(self) -> None:
        """Run the tests on faulty versions of the code until each has noticed one."""
        for mutant in self._mutants():
            is_done = set(self.kept) <= self._killers
            if self._tried >= (FEWEST_MUTANTS if is_done else MOST_MUTANTS):
                return
            self.tell(f"Killing mutants: {len(self._killers)} of {len(self.kept)} tests did")
            run = await self._run(Conditions(), mutant)
            failing = _names(run.failed) & set(self.kept)
            # What does not even compile shows nothing.
            if not failing and run.failed:
                continue
            self._tried += 1
            self._killed += bool(failing)
            self._killers |= failing

    def _mutants(self) -> tuple[Mutant, ...]:
        at = self.trial.under_test
        return token_mutants(self.trial.language, at.text, at.first, at.last) if at else ()

    async def _run(self, conditions: Conditions, mutant: Mutant | None = None) -> TestRun:
        texts = {self.trial.file: self.text}
        if self.trial.under_test is not None:
            # Written anew for each run, since cargo goes by the time of a file's last change.
            source = self.trial.under_test
            texts[source.file] = mutant.text if mutant else source.text
        return await run_file(
            *(self.bench, self.runner, self.trial.file, self.trial.import_root),
            replace(conditions, texts=texts),
        )

    def _lost(self, run: TestRun) -> list[str]:
        if run.is_exit_code:
            return [] if run.passed else list(self.kept)
        passed, failing = _names(run.passed), _names(run.failed)
        return [name for name in self.kept if name not in passed or name in failing]

    def _drop(self, names: list[str], words: str) -> None:
        self.dropped.append(words)
        self.text = without_cases(self.trial.language, self.text, set(names))
        self.kept = tuple(name for name in self.kept if name not in names)


def _ran(hits: frozenset[tuple[int, int]]) -> set[int]:
    return {line for has_run, line in hits if has_run}


def _names(ids: Iterable[str]) -> set[str]:
    return {each.partition("::")[2] or each for each in ids}


def _said(run: TestRun, lost: list[str]) -> str:
    """Return why the tests failed: in their own words, or all that the runner wrote."""
    told = [f.message for test, f in run.failures.items() if _names([test]) & set(lost)]
    return "\n".join(told)[:1600] if told else run.output
