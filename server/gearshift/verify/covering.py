"""Existing tests that reach changed code pass before and after."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines
from gearshift.core.verification import TestRun, Verdict
from gearshift.verify.comparison import Comparison, put, put_after, put_before
from gearshift.verify.raised import function_of
from gearshift.verify.runners import Conditions, Runner, run_file, runner_of
from gearshift.verify.runners.runner import USUAL
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    import ast

    from gearshift.verify.change import Change

SPOILT = 'raise RuntimeError("left out")'
READ_ONLY = "Read-only file system"
"""What Linux says to a test that writes into its own project."""
PRIVATE = Conditions(is_private=True)


async def tests_agree(bench: Workbench, comparison: Comparison) -> Verdict:
    """Fail if a test passes before and not after; evidence if one of them reaches the code."""
    suite = await _suite(bench, comparison)
    if suite is None:
        return Verdict(True, "tests")
    passed = await suite.before()
    if not passed:
        return Verdict(True, "tests")
    lost = passed - await suite.after()
    after = suite.runs
    if lost:
        # A test that fails now and then says nothing of the change.
        lost &= await suite.before()
    if lost:
        first = min(lost)
        output = next((run.output for run in after if first not in run.passed), "")
        return Verdict(False, "tests", f"`{first}` passed before and fails now.\n{output}")
    reaching = passed - await suite.without_body()
    if not reaching:
        return Verdict(True, "tests")
    words = "test passes" if len(reaching) == 1 else "tests pass"
    detail = f"{len(reaching)} existing {words} as before."
    return Verdict(True, "tests", detail, ("tests",))


async def is_reached(bench: Workbench, comparison: Comparison) -> bool:
    """Whether an existing test runs the function that was worked on."""
    suite = await _suite(bench, comparison)
    if suite is None:
        return False
    passed = await suite.before()
    return bool(passed and passed - await suite.without_body())


async def _suite(bench: Workbench, comparison: Comparison) -> _Suite | None:
    """Return the tests that may reach the code; None: there are none."""
    files = [file for file in comparison.tests if file.is_file()]
    return _Suite(bench, await runner_of(bench), comparison, files) if files else None


@dataclass(slots=True)
class _Suite:
    """Existing tests on the bench, run with the code as it was, as it is to be, and without it."""

    bench: Workbench
    runner: Runner
    comparison: Comparison
    files: list[Path]
    conditions: Conditions = USUAL
    runs: list[TestRun] = field(default_factory=list[TestRun])
    """The latest run of each file."""

    async def before(self) -> set[str]:
        """Return the tests that pass with the code as it was."""
        await put_before(self.bench, self.comparison)
        passed = await self._passed()
        if not self.conditions.is_private and any(map(_wanted_to_write, self.runs)):
            self.conditions = PRIVATE
            passed = await self._passed()
        return passed

    async def after(self) -> set[str]:
        """Return the tests that pass with the change."""
        await put_after(self.bench, self.comparison)
        return await self._passed()

    async def without_body(self) -> set[str]:
        """Return the tests that pass without the function's body; none where it is no function."""
        without = without_body(self.comparison.change)
        if without is None:
            return set()
        await put_before(self.bench, self.comparison)
        await put(self.bench, self.comparison.file, without)
        return await self._passed()

    async def _passed(self) -> set[str]:
        root = self.comparison.import_root
        self.runs = [
            await run_file(self.bench, self.runner, file, root, self.conditions)
            for file in self.files
        ]
        return {test for run in self.runs for test in run.passed}


def _wanted_to_write(run: TestRun) -> bool:
    """Whether a test failed because the project is read-only."""
    said = (run.output, *(failure.message for failure in run.failures.values()))
    return bool(run.failed) and any(READ_ONLY in words for words in said)


def without_body(change: Change) -> str | None:
    """Return the file as it was, the function that was worked on failing; None: no function."""
    if change.trees is None or change.symbol is None:
        return None
    node = function_of(change.trees[0], change.symbol)
    if node is None:
        return None
    lines = split_lines(change.before)
    first, last = _start(node), node.body[-1]
    assert last.end_lineno is not None
    assert last.end_col_offset is not None
    head = lines[first[0] - 1].encode()[: first[1]].decode("utf-8", "ignore")
    tail = lines[last.end_lineno - 1].encode()[last.end_col_offset :].decode("utf-8", "ignore")
    return "".join([*lines[: first[0] - 1], head + SPOILT + tail, *lines[last.end_lineno :]])


def _start(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[int, int]:
    """Return where the body begins; a decorator of its first statement is part of that."""
    first = node.body[0]
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    # The mark before a decorator's expression belongs to it.
    places = [(d.lineno, d.col_offset - 1) for d in decorators]
    return min([(first.lineno, first.col_offset), *places])
