"""Test runners: an ordered table, the first that the project's environment has is used."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.verification import TestRun
from gearshift.verify.runners import pytest, unittest

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.sandbox import Execution
    from gearshift.verify.workbench import Workbench

OUTPUT_CHARACTERS = 1600
"""Of a runner's own words kept for a prompt and for the log: some 450 tokens."""


@dataclass(frozen=True, slots=True)
class Runner:
    """How one test framework is driven; its script writes one JSON object a line for each test."""

    name: str
    module: str
    """It serves where this module can be imported."""
    script: str
    """Python source put beside the results and importable under `SCRIPT`."""
    arguments: Callable[[str], Sequence[str]]
    """What follows the interpreter, for a test file."""


SCRIPT = "gearshift_outcomes"
RUNNERS: tuple[Runner, ...] = (
    Runner("pytest", "pytest", pytest.SCRIPT, pytest.arguments),
    Runner("unittest", "unittest", unittest.SCRIPT, unittest.arguments),
)


async def runner_of(bench: Workbench) -> Runner:
    """Return the first runner of the table that the environment can import."""
    if bench.environment.is_custom:
        return RUNNERS[0]
    for runner in RUNNERS[:-1]:
        probe = f"import importlib.util as u, sys; sys.exit(not u.find_spec({runner.module!r}))"
        ended = await bench.run([*bench.environment.command, "-c", probe])
        if ended.code == 0:
            return runner
    return RUNNERS[-1]


async def run_file(
    bench: Workbench, runner: Runner, file: Path, import_root: Path, *, seed: int = 0
) -> TestRun:
    """Run the tests in the project's `file` as it is on the bench.

    `import_root` is put on the module search path; `seed` is Python's hash seed. A file that can't
    be imported gives one failed id, the file itself.
    """
    report = bench.reports / f"{uuid.uuid4().hex}.jsonl"
    (bench.reports / f"{SCRIPT}.py").write_text(runner.script, encoding="utf-8")
    seen = str(await bench.seen(file))
    paths = [bench.reports, await bench.seen(import_root), await bench.seen(bench.project)]
    variables = {
        "PYTHONHASHSEED": str(seed),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "GEARSHIFT_REPORT": str(report),
    }
    if bench.environment.is_custom:
        command = [part.replace("{file}", seen) for part in bench.environment.command]
        variables["PYTEST_ADDOPTS"] = pytest.OPTIONS
    else:
        command = [*bench.environment.command, *runner.arguments(seen)]
    ended = await bench.run(command, variables)
    return _test_run(replace(ended, output=bench.shown(ended.output)), report, file)


def _test_run(ended: Execution, report: Path, file: Path) -> TestRun:
    results = _read(report)
    passed = tuple(test for test, outcome in results if outcome == "passed")
    failed = tuple(test for test, outcome in results if outcome == "failed")
    output = _cut(ended.output)
    if ended.stopped:
        # The test that was running left no result, so none of them can be called passed.
        passed, failed = (), (*failed, file.name)
        output = f"{ended.stopped}\n{output}"
    elif not results:
        # A user's own command may be no pytest: its exit code is all there is.
        passed, failed = ((file.name,), ()) if ended.code == 0 else ((), (file.name,))
    return TestRun(passed, failed, output, ended.isolation, ended.seconds, file)


def _read(report: Path) -> list[tuple[str, str]]:
    """Return (test id, outcome) of each test; of several outcomes a failure counts."""
    if not report.is_file():
        return []
    results: dict[str, str] = {}
    for line in report.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            item: Any = json.loads(line)
        except ValueError:
            continue  # the run was killed while it wrote this line
        if isinstance(item, dict):
            entry = cast("dict[str, Any]", item)
            test, outcome = str(entry.get("test")), str(entry.get("outcome"))
            if results.get(test) != "failed":
                results[test] = outcome
    return list(results.items())


def _cut(output: str) -> str:
    """Keep the beginning and the end: the first failure, and the summary."""
    output = output.strip()
    if len(output) <= OUTPUT_CHARACTERS:
        return output
    half = OUTPUT_CHARACTERS // 2
    return f"{output[:half]}\n…\n{output[-half:]}"
