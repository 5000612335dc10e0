"""Generated tests are run before they are offered: what fails, flickers or checks nothing goes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.verification import TestRun, Verdict
from gearshift.verify.change import parse, syntax_error
from gearshift.verify.runners import run_file, runner_of
from gearshift.verify.suite import read_tests, without_tests

if TYPE_CHECKING:
    from gearshift.verify.runners import Runner
    from gearshift.verify.workbench import Workbench

SEEDS = (0, 1, 2)
"""Hash seeds of the runs: an order that comes out of a set or a dict of strings shows."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A test file to be tried, before it exists."""

    file: Path
    """Where it would be, in the project."""
    text: str
    """All of it: tests that were there and the new ones."""
    new: frozenset[str]
    """Names of the new tests, as `read_tests` gives them."""
    target: frozenset[str]
    """Names of which each new test must use one; empty: any will do."""
    import_root: Path
    """Folder from which the module under test is imported."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What came out of a trial."""

    verdict: Verdict
    text: str | None = None
    """The file with the tests that are worth offering; None if there are none."""
    kept: tuple[str, ...] = ()
    """Names of the new tests that stayed."""
    dropped: tuple[str, ...] = ()
    """Sentences: what was dropped and why."""


def screened(trial: Trial) -> TrialResult:
    """Return the trial without tests that check nothing; nothing is run."""
    if parse(trial.text) is None:
        return _failed("parse", f"The tests do not parse: {syntax_error(trial.text)}.")
    generated = [t for t in read_tests(trial.text) if t.name in trial.new]
    if not generated:
        return _failed("tests", "There is no test in it: a function whose name begins with test_.")
    empty = [t.name for t in generated if not t.asserts]
    strange = [
        t.name for t in generated if t.asserts and trial.target and not t.used & trial.target
    ]
    dropped: list[str] = []
    if empty:
        dropped.append(f"{_listed(empty)} had no assertion.")
    if strange:
        dropped.append(f"{_listed(strange)} did not use {_listed(sorted(trial.target))}.")
    kept = tuple(t.name for t in generated if t.name not in {*empty, *strange})
    if not kept:
        return _failed("tests", " ".join(dropped))
    text = without_tests(trial.text, {*empty, *strange})
    verdict = Verdict(True, "tests", evidence=("static",))
    return TrialResult(verdict, text, kept, tuple(dropped))


async def try_tests(bench: Workbench, trial: Trial) -> TrialResult:
    """Run the new tests and return those that pass every time.

    A failed verdict's detail is what to tell the model; raises OSError if nothing can be started.
    """
    result = screened(trial)
    if not result.verdict.passed:
        return result
    runner = await runner_of(bench)
    result, first = await _round(bench, runner, trial, result, SEEDS[0])
    if result.text is not None and (broken := await _newly_broken(bench, runner, trial, first)):
        detail = f"With the new tests in the file, {_listed(sorted(broken))} failed."
        return _failed("tests", f"{detail}\n{first.output}")
    for seed in SEEDS[1:]:
        if result.text is not None:
            result, _ = await _round(bench, runner, trial, result, seed)
    if result.text is None:
        return result
    evidence = ("tests", f"sandbox:{first.sandbox}")
    count = len(result.kept)
    detail = f"{count} new {'test passes' if count == 1 else 'tests pass'} in {len(SEEDS)} runs."
    return replace(result, verdict=Verdict(True, "tests", detail, evidence))


async def _round(
    bench: Workbench, runner: Runner, trial: Trial, so_far: TrialResult, seed: int
) -> tuple[TrialResult, TestRun]:
    """Run what is left of the trial once, and take out what failed."""
    assert so_far.text is not None
    await asyncio.to_thread(bench.write, trial.file, so_far.text)
    run = await run_file(bench, runner, trial.file, trial.import_root, seed=seed)
    failed, passed = _names(run.failed), _names(run.passed)
    if bench.environment.is_custom and passed == frozenset({trial.file.name}):
        return so_far, run  # only an exit code is known: all passed
    kept = tuple(n for n in so_far.kept if n in passed and n not in failed)
    if kept == so_far.kept:
        return so_far, run
    lost = [n for n in so_far.kept if n not in kept]
    count = f"{len(lost)} of {len(so_far.kept)} generated tests"
    if not kept:
        return _failed("tests", f"{count} failed: {_listed(lost)}.\n{run.output}"), run
    words = f"{count} failed: {_listed(lost)}."
    if seed != SEEDS[0]:
        words = f"{_listed(lost)} passed at first and failed when run again."
    text = without_tests(so_far.text, set(lost))
    return replace(so_far, text=text, kept=kept, dropped=(*so_far.dropped, words)), run


async def _newly_broken(
    bench: Workbench, runner: Runner, trial: Trial, run: TestRun
) -> frozenset[str]:
    """Return the tests of before that fail only beside the new ones."""
    failed = _names(run.failed) - trial.new
    if not failed or not trial.file.is_file():
        return frozenset()
    before = await asyncio.to_thread(trial.file.read_text, encoding="utf-8")
    await asyncio.to_thread(bench.write, trial.file, before)
    baseline = await run_file(bench, runner, trial.file, trial.import_root)
    return failed - _names(baseline.failed)


def _names(ids: tuple[str, ...]) -> frozenset[str]:
    """Return test names out of runner ids: `TestB::test_c` of `test_a.py::TestB::test_c[0]`."""
    return frozenset(i.partition("::")[2].partition("[")[0] or Path(i).name for i in ids)


def _failed(check: str, detail: str) -> TrialResult:
    return TrialResult(Verdict(False, check, detail))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
