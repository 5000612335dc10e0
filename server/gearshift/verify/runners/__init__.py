"""Test runners: an ordered table, the first that the project uses and the machine has is taken."""

from __future__ import annotations

import asyncio
import os
import uuid
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gearshift.core.verification import Failure, TestRun
from gearshift.verify.runners import batch
from gearshift.verify.runners.cargo import CARGO_TEST
from gearshift.verify.runners.go import GO_TEST
from gearshift.verify.runners.jest import JEST
from gearshift.verify.runners.node import NODE_TEST
from gearshift.verify.runners.own_command import OWN_COMMAND
from gearshift.verify.runners.profiles import covered
from gearshift.verify.runners.pytest import PYTEST
from gearshift.verify.runners.runner import USUAL, Conditions, Outcome, Place, Runner
from gearshift.verify.runners.unittest import UNITTEST
from gearshift.verify.runners.vitest import VITEST

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping, Sequence
    from pathlib import Path

    from gearshift.verify.sandbox import Execution
    from gearshift.verify.workbench import Workbench

__all__ = [
    "COMMANDS",
    "RUNNERS",
    "Conditions",
    "Runner",
    "find_runner",
    "run_each",
    "run_file",
    "runner_of",
    "together",
]

OUTPUT_CHARACTERS = 1600
"""Of a runner's own words kept for a prompt and for the log: some 450 tokens."""
NOT_STARTED = frozenset({3, 4})
"""Exit codes of pytest: a fault in itself or a plug-in, and options that it does not know."""
RUNNERS: tuple[Runner, ...] = (
    PYTEST,
    UNITTEST,
    OWN_COMMAND,
    VITEST,
    JEST,
    NODE_TEST,
    GO_TEST,
    CARGO_TEST,
)
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "javascript": "node --test",
        "typescript": "npx vitest run",
        "go": "go test ./...",
        "rust": "cargo test",
        "java": "mvn test",
        "csharp": "dotnet test",
        "c": "ctest",
        "cpp": "ctest",
        "ruby": "bundle exec rake test",
        "php": "vendor/bin/phpunit",
    }
)
"""What a person runs where no runner serves, by language id."""


async def runner_of(bench: Workbench) -> Runner:
    """Return the runner of a Python project; unittest is always there."""
    return await find_runner(bench, "python") or UNITTEST


async def find_runner(bench: Workbench, language: str) -> Runner | None:
    """Return the first runner of the table for a language id; None: none serves here."""
    for runner in RUNNERS:
        if language in runner.languages and await runner.is_found(bench):
            return runner
    return None


async def run_file(
    bench: Workbench,
    runner: Runner,
    file: Path,
    import_root: Path,
    conditions: Conditions = USUAL,
) -> TestRun:
    """Run the tests in the project's `file` as it is on the bench.

    `import_root` is put on the module search path. A file that can't be imported gives one failed
    id, the file itself. Raises OSError if nothing can be started.
    """
    environment = bench.environment
    run, code = await _run_once(bench, runner, file, import_root, conditions)
    if code not in NOT_STARTED or not run.is_exit_code:
        return run
    if not environment.is_servers or not environment.loads_plugins:
        return run
    # A plug-in of Gearshift's interpreter may not bear how the project sets up pytest.
    bench.environment = replace(environment, loads_plugins=False)
    plain, _ = await _run_once(bench, runner, file, import_root, conditions)
    if not plain.is_exit_code:
        return plain
    bench.environment = environment
    return run


async def _run_once(
    bench: Workbench, runner: Runner, file: Path, import_root: Path, conditions: Conditions
) -> tuple[TestRun, int | None]:
    """Return what a run came to, with the runner's exit code."""
    place = Place(bench, file, import_root, _report(bench))
    launch = await runner.launch(place, conditions)
    ended = await bench.run(
        launch.command,
        launch.variables,
        wall_seconds=conditions.wall_seconds,
        texts=conditions.texts,
        mounts=launch.mounts,
        limits=launch.limits,
        may_write=launch.may_write,
        is_private=conditions.is_private,
    )
    ended = replace(ended, output=bench.shown(ended.output))
    told = await asyncio.to_thread(runner.outcomes, place, ended)
    if runner.read_coverage is not None and conditions.traced is not None:
        await runner.read_coverage(place, conditions.traced)
    told += await asyncio.to_thread(covered, place, conditions)
    return _test_run(ended, told, file), ended.code


async def run_each(
    bench: Workbench,
    runner: Runner,
    file: Path,
    import_root: Path,
    conditions: Sequence[Conditions],
) -> list[TestRun]:
    """Run the tests in `file` once for each of `conditions`, which share seed and time limit.

    Where that saves starting a runner over and over, one process does it all.
    """
    if not conditions:
        return []
    if bench.environment.is_custom or not runner.is_batched or not batch.CAN_FORK:
        work = [run_file(bench, runner, file, import_root, each) for each in conditions]
        return await together(work)
    places = [Place(bench, file, import_root, _report(bench)) for _ in conditions]
    launches = [await runner.launch(*each) for each in zip(places, conditions, strict=True)]
    seconds = conditions[0].wall_seconds or bench.limits.wall_seconds
    texts = [dict(each.texts) for each in conditions]
    found: list[TestRun] = []
    ends = await batch.run_batch(bench, launches, texts, seconds)
    for place, ended in zip(places, ends, strict=True):
        shown = replace(ended, output=bench.shown(ended.output))
        told = await asyncio.to_thread(runner.outcomes, place, shown)
        found.append(_test_run(shown, told, file))
    return found


async def together(work: Sequence[Coroutine[Any, Any, TestRun]]) -> list[TestRun]:
    """Return all results in order; when one fails or all are cancelled, none is left running."""
    places = asyncio.Semaphore(_parallel())

    async def in_turn(each: Coroutine[Any, Any, TestRun]) -> TestRun:
        async with places:
            return await each

    tasks = [asyncio.ensure_future(in_turn(each)) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for each in work:
            each.close()


def _parallel() -> int:
    """How many runs go on at once: a user's machine has other things to do as well."""
    return max(1, min(4, (os.cpu_count() or 2) // 2 + 1))


def _report(bench: Workbench) -> Path:
    return bench.reports / f"{uuid.uuid4().hex}.jsonl"


def _test_run(ended: Execution, told: list[Outcome], file: Path) -> TestRun:
    results = _last_word(told)
    passed = tuple(test for test, outcome in results.items() if outcome == "passed")
    failed = tuple(test for test, outcome in results.items() if outcome == "failed")
    output = _cut(ended.output)
    is_exit_code = False
    if ended.stopped:
        # The test that was running left no result, so none of them can be called passed.
        passed, failed = (), (*failed, file.name)
        output = f"{ended.stopped}\n{output}"
    elif not results:
        # A user's own command may be no pytest: its exit code is all there is.
        is_exit_code = True
        passed, failed = ((file.name,), ()) if ended.code == 0 else ((), (file.name,))
    return TestRun(
        *(passed, failed, output, ended.isolation, ended.seconds, file),
        failures={o.test: Failure(o.message, o.path, o.line) for o in told if o.message},
        hits={o.test: o.hits for o in told if o.hits is not None},
        is_exit_code=is_exit_code,
    )


def _last_word(told: Iterable[Outcome]) -> dict[str, str]:
    """Return the outcome of each test; of several a failure counts."""
    results: dict[str, str] = {}
    for each in told:
        if each.outcome is not None and results.get(each.test) != "failed":
            results[each.test] = each.outcome
    return results


def _cut(output: str) -> str:
    """Keep the beginning and the end: the first failure, and the summary."""
    output = output.strip()
    if len(output) <= OUTPUT_CHARACTERS:
        return output
    half = OUTPUT_CHARACTERS // 2
    return f"{output[:half]}\n…\n{output[-half:]}"
