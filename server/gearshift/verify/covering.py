"""Existing tests that reach changed code pass before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.text import split_lines
from gearshift.core.verification import TestRun, Verdict
from gearshift.verify.comparison import put, put_after, put_before
from gearshift.verify.raised import function_of
from gearshift.verify.runners import Conditions, run_file, runner_of
from gearshift.verify.runners.runner import USUAL

if TYPE_CHECKING:
    import ast

    from gearshift.verify.change import Change
    from gearshift.verify.comparison import Comparison
    from gearshift.verify.runners import Runner
    from gearshift.verify.workbench import Workbench

SPOILT = 'raise RuntimeError("left out")'
READ_ONLY = "Read-only file system"
"""What Linux says to a test that writes into its own project."""
PRIVATE = Conditions(is_private=True)


async def tests_agree(bench: Workbench, comparison: Comparison) -> Verdict:
    """Fail if a test passes before and not after; evidence if one of them reaches the code."""
    files = [file for file in comparison.tests if file.is_file()]
    if not files:
        return Verdict(True, "tests")
    runner = await runner_of(bench)
    await put_before(bench, comparison)
    before = await _run(bench, runner, comparison)
    conditions = PRIVATE if any(map(_wanted_to_write, before)) else USUAL
    if conditions.is_private:
        before = await _run(bench, runner, comparison, conditions)
    passed = _passed(before)
    if not passed:
        return Verdict(True, "tests")
    await put_after(bench, comparison)
    after = await _run(bench, runner, comparison, conditions)
    lost = passed - _passed(after)
    if lost:
        await put_before(bench, comparison)
        # A test that fails now and then says nothing of the change.
        lost &= _passed(await _run(bench, runner, comparison, conditions))
    if lost:
        first = min(lost)
        output = next((run.output for run in after if first not in run.passed), "")
        return Verdict(False, "tests", f"`{first}` passed before and fails now.\n{output}")
    reaching = await _reaching(bench, runner, comparison, passed, conditions)
    if not reaching:
        return Verdict(True, "tests")
    words = "test passes" if len(reaching) == 1 else "tests pass"
    detail = f"{len(reaching)} existing {words} as before."
    return Verdict(True, "tests", detail, ("tests",))


async def _run(
    bench: Workbench, runner: Runner, comparison: Comparison, conditions: Conditions = USUAL
) -> list[TestRun]:
    files = [file for file in comparison.tests if file.is_file()]
    return [await run_file(bench, runner, f, comparison.import_root, conditions) for f in files]


def _wanted_to_write(run: TestRun) -> bool:
    """Whether a test failed because the project is read-only."""
    said = (run.output, *(failure.message for failure in run.failures.values()))
    return bool(run.failed) and any(READ_ONLY in words for words in said)


def _passed(runs: list[TestRun]) -> set[str]:
    return {test for run in runs for test in run.passed}


async def is_reached(bench: Workbench, comparison: Comparison) -> bool:
    """Whether an existing test runs the function that was worked on."""
    if not any(file.is_file() for file in comparison.tests):
        return False
    runner = await runner_of(bench)
    await put_before(bench, comparison)
    passed = _passed(await _run(bench, runner, comparison))
    return bool(passed and await _reaching(bench, runner, comparison, passed))


async def _reaching(
    bench: Workbench,
    runner: Runner,
    comparison: Comparison,
    passed: set[str],
    conditions: Conditions = USUAL,
) -> set[str]:
    """Return the tests that fail without the function's body; all where it has none of its own."""
    without = without_body(comparison.change)
    if without is None:
        return passed
    await put_before(bench, comparison)
    await put(bench, comparison.file, without)
    return passed - _passed(await _run(bench, runner, comparison, conditions))


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
