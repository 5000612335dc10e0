"""A rewritten function behaves as before: its tests pass, equal calls give equal results."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.verification import Verdict
from gearshift.verify.calls import SCRIPT
from gearshift.verify.change import Change
from gearshift.verify.runners import run_file, runner_of

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench

FEWEST_CALLS = 8
"""Calls that must have returned something before, for their agreement to mean anything."""
FEWEST_RESULTS = 2
"""Different results among them: a function that always answers alike shows nothing."""

MOST_SECONDS = 10.0
"""Longest run of all calls; the calls themselves are begun within the first 3 seconds."""

Outcome = tuple[str, str]
"""What a call came to: `value` or `error`, and what of it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A changed file whose behaviour should not have changed."""

    change: Change
    file: Path
    """The file, in the project."""
    import_root: Path
    module: str
    """Dotted name under which it is imported from `import_root`."""
    tests: Path | None = None
    """Its test file; None: there is none."""

    @property
    def is_python(self) -> bool:
        """Whether it can be run here."""
        return self.change.trees is not None


async def same_behaviour(bench: Workbench, comparison: Comparison) -> Verdict:
    """Return a failed verdict with the first difference, or a passed one with its evidence.

    The evidence is empty where nothing could be run. Raises OSError if nothing can be started.
    """
    tested = await _tests_agree(bench, comparison)
    if not tested.passed:
        return tested
    called = await _calls_agree(bench, comparison)
    if not called.passed:
        return called
    evidence = (*tested.evidence, *called.evidence)
    if evidence:
        evidence = (*evidence, f"sandbox:{await bench.sandbox.isolation()}")
    details = " ".join(d for d in (tested.detail, called.detail) if d)
    return Verdict(True, "behaviour", details, evidence)


async def _tests_agree(bench: Workbench, comparison: Comparison) -> Verdict:
    """Fail if a test of the module passes before and not after."""
    tests, change = comparison.tests, comparison.change
    if tests is None or not tests.is_file():
        return Verdict(True, "tests")
    runner = await runner_of(bench)
    await _write(bench, comparison.file, change.before)
    before = await run_file(bench, runner, tests, comparison.import_root)
    if not before.passed:
        return Verdict(True, "tests")
    await _write(bench, comparison.file, change.after)
    after = await run_file(bench, runner, tests, comparison.import_root)
    lost = [test for test in before.passed if test not in after.passed]
    if lost:
        return Verdict(False, "tests", f"`{lost[0]}` passed before and fails now.\n{after.output}")
    count = len(before.passed)
    words = f"{count} existing {'test passes' if count == 1 else 'tests pass'} as before."
    return Verdict(True, "tests", words, ("tests",))


async def _calls_agree(bench: Workbench, comparison: Comparison) -> Verdict:
    """Fail if a call returns something else than before.

    Only where the machine isolates: code that is called with made-up values may do anything.
    """
    name = _callable_name(comparison.change)
    if name is None or await bench.sandbox.isolation() == "none":
        return Verdict(True, "differential")
    change = comparison.change
    await _write(bench, comparison.file, change.before)
    # What differs with the hash seed alone is no difference between old and new.
    first, was_endless = await _calls(bench, comparison, name, seed=0)
    second, _ = await _calls(bench, comparison, name, seed=1)
    await _write(bench, comparison.file, change.after)
    after, is_endless = await _calls(bench, comparison, name, seed=0)
    if is_endless and not was_endless:
        words = f"`{name}` ended for all values that were tried; now it does not end for some."
        return Verdict(False, "differential", words)
    stable = {call: done for call, done in first.items() if second.get(call) == done}
    compared = {c: done for c, done in stable.items() if done[0] == "value" and c in after}
    for call, done in compared.items():
        if after[call] != done:
            return Verdict(
                False,
                "differential",
                f"It behaves differently: `{call}` returned {done[1]} before, "
                f"{_said(after[call])} now.",
            )
    if len(compared) < FEWEST_CALLS or len(set(compared.values())) < FEWEST_RESULTS:
        return Verdict(True, "differential")
    words = f"{len(compared)} calls return what they returned before."
    return Verdict(True, "differential", words, ("differential",))


def _said(outcome: Outcome) -> str:
    return f"raises {outcome[1]}" if outcome[0] == "error" else outcome[1]


def _callable_name(change: Change) -> str | None:
    """Return the name of a plain function at the top of the module, which can just be called."""
    if change.trees is None or change.symbol is None or "." in change.symbol:
        return None
    for node in change.trees[0].body:
        if isinstance(node, ast.FunctionDef) and node.name == change.symbol:
            return node.name if node.args.args or node.args.posonlyargs else None
    return None


async def _calls(
    bench: Workbench, comparison: Comparison, name: str, *, seed: int
) -> tuple[dict[str, Outcome], bool]:
    """Return what each call came to, in order, and whether one did not end.

    Empty if the import fails.
    """
    report = bench.reports / f"{uuid.uuid4().hex}.jsonl"
    (bench.reports / "gearshift_calls.py").write_text(SCRIPT, encoding="utf-8")
    (bench.reports / "before.txt").write_text(comparison.change.before, encoding="utf-8")
    paths = [bench.reports, await bench.seen(comparison.import_root)]
    variables = {
        "PYTHONHASHSEED": str(seed),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "GEARSHIFT_REPORT": str(report),
    }
    python = bench.environment.command[0]
    command = [python, "-m", "gearshift_calls", comparison.module, name]
    ended = await bench.run(command, variables, wall_seconds=MOST_SECONDS)
    return await asyncio.to_thread(_read, report), ended.stopped is not None


def _read(report: Path) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    if not report.is_file():
        return found
    for line in report.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            item: Any = json.loads(line)
        except ValueError:
            break  # the run was stopped while it wrote this line
        call, kind, what = cast("list[str]", item)
        found[call] = (kind, what)
    return found


async def _write(bench: Workbench, file: Path, text: str) -> None:
    await asyncio.to_thread(bench.write, file, text)
