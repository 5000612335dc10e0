"""What offered tests are worth, found out again by other means: 20 runs, coverage.py, mutants."""

from __future__ import annotations

import ast
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gearshift.actions.context import module_of
from gearshift.verify.environment import environment_of
from gearshift.verify.isolation import Limits
from gearshift.verify.mutants import mutants_of
from gearshift.verify.runners import Conditions, run_each, runner_of
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.screening import names_of
from gearshift.verify.suite import read_tests
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Mapping

SEEDS, ORDERS = 4, 5
RUNS = SEEDS * ORDERS
"""Hash seeds and, under each, orders: runs of one seed share an interpreter that forks."""
MOST_MUTANTS = 30
EMPTY = "import {module}\n\n\ndef test_nothing():\n    assert {module}\n"


async def further_proof(
    project: Path, module: Path, tests: Path, symbol: str, variables: Mapping[str, str]
) -> dict[str, Any]:
    """Return runs and failures, lines and branches of the symbol before and after, and kills."""
    text, written = _text(module), _text(tests)
    first, last = span(text, symbol)
    names = [test.name for test in read_tests(written)]
    root, dotted = module_of(module, project)
    bench = Workbench(
        project, environment_of(project, None, variables), Sandbox(), Limits(wall_seconds=300)
    )
    async with bench:
        runner = await runner_of(bench)
        failures: dict[str, int] = dict.fromkeys(names, 0)
        for seed in range(50, 50 + SEEDS):
            orders = [Conditions(seed, seed * ORDERS + number) for number in range(ORDERS)]
            for run in await run_each(bench, runner, tests, root, orders):
                for name in names:
                    failures[name] += name not in names_of(run.passed)
        mutants = mutants_of(text, first, last)[:MOST_MUTANTS]
        conditions = [Conditions(texts={module: m.text}, wall_seconds=20) for m in mutants]
        kills: dict[str, int] = dict.fromkeys(names, 0)
        killed = 0
        for run in await run_each(bench, runner, tests, root, conditions):
            failing = names_of(run.failed) & set(names)
            killed += bool(failing)
            for name in failing:
                kills[name] += 1
        after = await covered(bench, module, tests, root, (first, last))
        empty = project / "test_nothing_at_all.py"
        bench.write(empty, EMPTY.format(module=dotted.partition(".")[0]))
        before = await covered(bench, module, empty, root, (first, last))
    return {
        "runs": RUNS,
        "failures": failures,
        "mutants": len(mutants),
        "killed": killed,
        "kills": kills,
        "coverage": {"before": before, "after": after},
    }


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def span(text: str, symbol: str) -> tuple[int, int]:
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == symbol:
            lines = [node.lineno, *(d.lineno for d in node.decorator_list)]
            return min(lines), node.end_lineno or node.lineno
    raise SystemExit(f"{symbol} is not there")


async def covered(
    bench: Workbench, module: Path, tests: Path, root: Path, lines: tuple[int, int]
) -> dict[str, int]:
    """Return what coverage.py counts in the symbol's body, in the sandbox."""
    with tempfile.TemporaryDirectory(dir=bench.reports) as folder:
        python = bench.environment.command[0]
        data, report = f"{folder}/data", f"{folder}/report.json"
        coverage = [python, "-m", "coverage"]
        # The project's own settings of coverage.py may leave the module out.
        settings = f"--rcfile={os.devnull}"
        variables = {"PYTHONPATH": str(await bench.seen(root))}
        measure = ["run", settings, "--branch", f"--include={module}", f"--data-file={data}"]
        pytest = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
        await bench.run([*coverage, *measure, *pytest], variables)
        told = ["json", settings, "-q", f"--data-file={data}", "-o", report]
        await bench.run([*coverage, *told], variables)
        told_files = json.loads(_text(Path(report)) or "{}").get("files", {})
        entry = next(iter(told_files.values()), {"executed_lines": [], "executed_branches": []})
    first, last = lines
    ran = [n for n in entry["executed_lines"] if first < n <= last]
    ways = [a for a in entry["executed_branches"] if first < a[0] <= last]
    return {"lines": len(ran), "branches": len(ways)}
