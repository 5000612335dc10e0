"""Generated tests are run before they are offered: what fails, flickers or proves nothing goes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gearshift.core.results import Finding
from gearshift.core.verification import TestRun, Verdict
from gearshift.verify.assertions import put_together, taken_apart
from gearshift.verify.bugs import bug_shown
from gearshift.verify.coverage import counted
from gearshift.verify.formatting import formatted
from gearshift.verify.proof import Prover, Tell
from gearshift.verify.runners import Conditions, Runner, run_file, runner_of, together
from gearshift.verify.screening import (
    Trial,
    TrialResult,
    failed,
    listed,
    name_of,
    names_of,
    screened,
)
from gearshift.verify.starting import check_start, first_message
from gearshift.verify.suite import without_tests
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUNS = (Conditions(0, 0), Conditions(1, 1), Conditions(2, 2), Conditions(3, 3), Conditions(4, 4))
"""Hash seed and order of the runs that a test must pass: what depends on the order of a set, or of
the tests, shows."""


def quiet(message: str) -> None:
    """Tell nobody."""
    del message


async def try_tests(bench: Workbench, trial: Trial, tell: Tell = quiet) -> TrialResult:
    """Run the new tests and return those that pass every time and prove something.

    A failed verdict's detail is what to tell the model; raises OSError if nothing can be started,
    SettingsError if the runner does not start in this project, whatever the tests are.
    """
    result = await asyncio.to_thread(screened, trial)
    if not result.verdict.passed or result.text is None:
        return result
    runner = await runner_of(bench)
    course = _Course(bench, runner, trial, tell, result.text, result.kept, list(result.dropped))
    return await course.run()


@dataclass(slots=True)
class _Course:
    """The way of one draft's tests through the runs."""

    bench: Workbench
    runner: Runner
    trial: Trial
    tell: Tell
    text: str
    kept: tuple[str, ...]
    dropped: list[str]
    findings: list[Finding] = field(default_factory=list[Finding])

    async def run(self) -> TrialResult:
        """Return what is left at the end."""
        n_written = len(self.kept)
        self.tell(f"Running {_counted(n_written)}")
        first = await self._run(RUNS[0])
        # What makes a user's own command fail is not known here.
        if first.is_exit_code and first.failed and not self.bench.environment.is_custom:
            await check_start(self.bench, self.runner, self.trial)
        fault = await self._judge_first(first)
        if fault is not None:
            return failed("tests", fault, tuple(self.findings))
        if broken := await self._newly_broken(first):
            detail = f"With the new tests in the file, {listed(sorted(broken))} failed."
            return failed("tests", f"{detail}\n{first.output}", tuple(self.findings))
        self.tell(f"{len(self.kept)} of {_counted(n_written)} pass")
        words, evidence = "", ("tests",)
        if self.trial.under_test is not None and not first.is_exit_code:
            prover = Prover(
                *(self.bench, self.runner, self.trial, self.trial.under_test, self.text),
                self.tell,
                first.seconds,
            )
            proof = await prover.prove(self.kept)
            if not proof.kept:
                detail = " ".join([*self.dropped, *proof.dropped, proof.missed])
                return failed("coverage", detail, tuple(self.findings))
            self._keep(proof.kept)
            self.dropped += proof.dropped
            words, evidence = proof.words, ("tests", "coverage", "mutants")
        self.text = await formatted(self.bench, self.trial.file, self.trial.existing, self.text)
        if not await self._passes_on():
            return failed("tests", " ".join(self.dropped), tuple(self.findings))
        return self._result(words, (*evidence, f"sandbox:{first.sandbox}"))

    def _result(self, words: str, evidence: tuple[str, ...]) -> TrialResult:
        count = len(self.kept)
        detail = f"{count} new {'test passes' if count == 1 else 'tests pass'} in {len(RUNS)} runs."
        if words:
            detail += f" {words.replace('They run', 'It runs') if count == 1 else words}"
        if count == 1:
            detail = detail.replace(" and kill ", " and kills ")
        verdict = Verdict(True, "tests", detail, evidence)
        findings, dropped = tuple(self.findings), tuple(self.dropped)
        return TrialResult(verdict, self.text, self.kept, dropped, findings)

    async def _run(self, conditions: Conditions) -> TestRun:
        texts = {self.trial.file: self.text, **conditions.texts}
        return await run_file(
            *(self.bench, self.runner, self.trial.file, self.trial.import_root),
            replace(conditions, texts=texts),
        )

    async def _judge_first(self, run: TestRun) -> str | None:
        """Take out what failed in the first run; return what to say if nothing is left."""
        if run.is_exit_code and run.passed:
            return None  # all passed: the user's own command tells no more
        lost = self._lost(run)
        if not lost:
            return None
        mended = await self._without_failing_assertions(run, lost)
        lost = [name for name in lost if name not in mended]
        if not lost:
            return None
        words = f"{len(lost)} of {len(self.kept)} generated tests failed: {listed(lost)}."
        words += first_message(run, self.trial, lost)
        self.dropped.append(words)
        self._keep(tuple(name for name in self.kept if name not in lost))
        return None if self.kept else f"{words}\n{run.output}"

    async def _without_failing_assertions(self, run: TestRun, lost: list[str]) -> set[str]:
        """Take the assertions that fail out of the lost tests; return the tests that have others.

        An assertion is dropped as a test is, never changed: one wrong value among many is no reason
        to lose the rest.
        """
        failing = names_of(run.failed)
        apart, parts = taken_apart(self.text, [name for name in lost if name in failing])
        # Which assertion failed is known only where it is alone, or the only one.
        self._find_bugs(run, self.text, {name: name for name in lost if name not in parts})
        if not parts:
            return set()
        alone = await self._run(Conditions(texts={self.trial.file: apart}))
        passed = names_of(alone.passed) - names_of(alone.failed)
        self._find_bugs(alone, apart, {part: name for name in parts for part in parts[name]})
        mended: set[str] = set()
        for name, own in parts.items():
            kept = {number for number, part in enumerate(own) if part in passed}
            if kept:
                self.text = put_together(self.text, name, kept)
                mended.add(name)
                n_failed = counted(len(own) - len(kept), "assertion")
                words = f"{n_failed} of {len(own)} in `{name}` failed and went."
                self.dropped.append(words + first_message(run, self.trial, [name]))
        return mended

    def _lost(self, run: TestRun) -> list[str]:
        passed, failing = names_of(run.passed), names_of(run.failed)
        return [name for name in self.kept if name not in passed or name in failing]

    def _keep(self, kept: tuple[str, ...]) -> None:
        self.text = without_tests(self.text, {name for name in self.kept if name not in kept})
        self.kept = kept

    def _find_bugs(self, run: TestRun, text: str, lost: Mapping[str, str]) -> None:
        """Note the bugs that failing tests of `text` show; `lost` says whose tests they are."""
        if self.trial.under_test is None:
            return
        known = {finding.message for finding in self.findings}
        for test, failure in run.failures.items():
            name = name_of(test)
            if name in lost:
                found = bug_shown(self.trial.under_test, text, name, failure)
                if found and found.message not in known:
                    self.findings.append(replace(found, rule=f"test:{lost[name]}"))

    async def _newly_broken(self, run: TestRun) -> frozenset[str]:
        """Return the tests of before that fail only beside the new ones."""
        broken = names_of(run.failed) - self.trial.new
        if not broken or not self.trial.existing.strip():
            return frozenset()
        baseline = await run_file(
            *(self.bench, self.runner, self.trial.file, self.trial.import_root),
            Conditions(texts={self.trial.file: self.trial.existing}),
        )
        return broken - names_of(baseline.failed)

    async def _passes_on(self) -> bool:
        """Run the text as it would be offered in all other orders; whether a test is left."""
        self.tell(f"Running {_counted(len(self.kept))} in other orders")
        lost = await self._lost_in(RUNS[1:])
        while lost:
            self.dropped.append(f"{listed(lost)} passed at first and failed when run again.")
            self._keep(tuple(name for name in self.kept if name not in lost))
            # Tests can lean on each other: what is left must pass without those that went.
            lost = await self._lost_in(RUNS[1:]) if self.kept else []
        return bool(self.kept)

    async def _lost_in(self, runs: Sequence[Conditions]) -> list[str]:
        ended = await together([self._run(each) for each in runs])
        found = [self._lost(run) for run in ended if not (run.is_exit_code and run.passed)]
        return [name for name in self.kept if any(name in lost for lost in found)]


def _counted(count: int) -> str:
    return "1 new test" if count == 1 else f"{count} new tests"
