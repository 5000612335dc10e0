"""Node.js: how a project's packages are read, and node:test, which Node has itself."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from gearshift.verify.programs import find_program
from gearshift.verify.runners.profiles import profile_of
from gearshift.verify.runners.runner import Conditions, Launch, Outcome, Place, Runner

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.isolation import Limits
    from gearshift.verify.programs import Program
    from gearshift.verify.sandbox import Execution
    from gearshift.verify.workbench import Workbench

LANGUAGES = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
ADDRESS_SPACE = 64 << 30
"""Node reserves some 10 GiB for each WebAssembly memory, and uses next to nothing of it."""
RESULT = re.compile(r"^\s*(?P<fault>not )?ok \d+ - (?P<name>.*?)(?: # (?P<mark>SKIP|TODO).*)?$")
ERROR = re.compile(r"^\s*error: (?:['\"](?P<short>.*)['\"]|\|-?)$")


def packages(project: Path) -> dict[str, Any]:
    """Return what `package.json` says; empty where there is none that can be read."""
    try:
        found: Any = json.loads((project / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def depends_on(project: Path, name: str) -> bool:
    """Whether the project itself asks for a package."""
    said = packages(project)
    tables = [said.get(key) for key in ("dependencies", "devDependencies")]
    return any(isinstance(table, dict) and name in table for table in tables)


def limits(bench: Workbench) -> Limits:
    """Return the bench's limits with room for what Node reserves."""
    return replace(bench.limits, address_space=ADDRESS_SPACE)


def node() -> Program | None:
    """Return Node, if it is installed."""
    return find_program("node")


async def launch(place: Place, script: str | None, *arguments: str) -> Launch:
    """Return the start of Node with a `script` of the project's packages (None: of Node's own)."""
    program = await asyncio.to_thread(node)
    assert program is not None, "a runner is launched only where it was found"
    bench = place.bench
    before = (str(await bench.seen(bench.project / "node_modules" / script)),) if script else ()
    seen = str(await bench.seen(place.file))
    command = (str(program.path), *before, *(a.replace("{file}", seen) for a in arguments))
    variables = {"NO_COLOR": "1", "CI": "1", "NODE_ENV": "test"}
    return Launch(command, variables, program.mounts, limits(bench))


async def has_package(bench: Workbench, name: str, script: str) -> bool:
    """Whether the project asks for a package, has it installed, and Node is there."""
    project = bench.project
    is_asked = await asyncio.to_thread(depends_on, project, name)
    script_path = project / "node_modules" / script
    is_there = await asyncio.to_thread(script_path.is_file)
    return is_asked and is_there and await asyncio.to_thread(node) is not None


def jest_outcomes(place: Place, ended: Execution) -> list[Outcome]:
    """Return what the JSON report of Jest, which Vitest writes too, says of each test."""
    del ended
    try:
        report: Any = json.loads(place.report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []  # the run was stopped before or while it was written
    found: list[Outcome] = []
    for suite in _listed(report, "testResults"):
        for test in _listed(suite, "assertionResults"):
            status = {"passed": "passed", "failed": "failed"}.get(
                str(test.get("status")), "skipped"
            )
            said = "\n".join(map(str, test.get("failureMessages") or ()))
            found.append(Outcome(f"{place.file.name}::{test.get('title')}", status, said[:800]))
    return found


def _listed(said: Any, name: str) -> list[dict[str, Any]]:
    """Return the objects of a list in a report; tests can write over it."""
    table = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    items: Any = table.get(name)
    entries = cast("list[Any]", items) if isinstance(items, list) else []
    return [cast("dict[str, Any]", each) for each in entries if isinstance(each, dict)]


# --- node:test -------------------------------------------------------------------------------


async def _is_found(bench: Workbench) -> bool:
    is_other = any(depends_on(bench.project, name) for name in ("vitest", "jest", "mocha"))
    return not is_other and await asyncio.to_thread(node) is not None


async def _launch(place: Place, conditions: Conditions) -> Launch:
    reports = ["--test-reporter=tap", "--test-reporter-destination=stdout"]
    if conditions.traced is not None:
        reports += ["--experimental-test-coverage", "--test-reporter=lcov"]
        reports.append(f"--test-reporter-destination={profile_of(place)}")
    return await launch(place, None, "--test", *reports, "{file}")


def tap_outcomes(place: Place, ended: Execution) -> list[Outcome]:
    """Return what TAP says of each test; groups of tests are left out."""
    lines = ended.output.split("\n")
    found: list[Outcome] = []
    for number, line in enumerate(lines):
        result = RESULT.match(line)
        if result is None:
            continue
        details = _details(lines, number + 1)
        name = result["name"].replace("\\#", "#").replace("\\\\", "\\")
        # A file that can't be loaded is reported as a test of its own name.
        is_file = name.endswith(place.file.name)
        if any("type: 'suite'" in d for d in details):
            continue
        outcome = "failed" if result["fault"] else "skipped" if result["mark"] else "passed"
        test = place.file.name if is_file else f"{place.file.name}::{name}"
        found.append(Outcome(test, outcome, _error(details) if result["fault"] else ""))
    return found


def _details(lines: list[str], start: int) -> list[str]:
    """Return the block of details that follows a result."""
    if start >= len(lines) or lines[start].strip() != "---":
        return []
    end = next((n for n in range(start, len(lines)) if lines[n].strip() == "..."), len(lines))
    return lines[start + 1 : end]


def _error(details: list[str]) -> str:
    for number, line in enumerate(details):
        if error := ERROR.match(line):
            block = [d.strip() for d in details[number + 1 : number + 7]]
            return error["short"] or " ".join(filter(None, block))
    return "it failed"


NODE_TEST = Runner(
    name="node:test",
    languages=frozenset({"javascript"}),
    framework="node:test and node:assert/strict",
    is_found=_is_found,
    launch=_launch,
    outcomes=tap_outcomes,
)
