"""Vitest, as a project has it installed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.verify.runners import node
from gearshift.verify.runners.profiles import profile_of
from gearshift.verify.runners.runner import Conditions, Launch, Place, Runner

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench

SCRIPT = "vitest/vitest.mjs"
COVERAGE = "@vitest/coverage-v8"


async def _is_found(bench: Workbench) -> bool:
    return await node.has_package(bench, "vitest", SCRIPT)


async def _launch(place: Place, conditions: Conditions) -> Launch:
    report = f"--outputFile={place.report}"
    # The project's packages are read-only here, and that is where it would cache.
    shuffle = () if not conditions.order else (f"--sequence.seed={conditions.order}",)
    order = ("--sequence.shuffle.tests", *shuffle) if conditions.order else ()
    launch = await node.launch(
        *(place, SCRIPT, "run", "--reporter=json", report, "--cache=false", *order),
        *(*_coverage(place, conditions), "{file}"),
    )
    # It puts a configuration in TypeScript, made JavaScript, beside the configuration.
    return replace(launch, may_write=True)


def _coverage(place: Place, conditions: Conditions) -> tuple[str, ...]:
    """Return what has coverage written down, where the project has the package for it."""
    project = place.bench.project
    if conditions.traced is None or not (project / "node_modules" / COVERAGE).is_dir():
        return ()
    file = conditions.traced.file.relative_to(project).as_posix()
    said = {"provider": "v8", "reporter": "lcovonly", "include": file}
    said["reportsDirectory"] = str(profile_of(place))
    return ("--coverage.enabled=true", *(f"--coverage.{k}={v}" for k, v in said.items()))


VITEST = Runner(
    name="vitest",
    languages=node.LANGUAGES,
    framework="Vitest",
    is_found=_is_found,
    launch=_launch,
    outcomes=node.jest_outcomes,
    without_coverage=f"Vitest measures coverage with the package `{COVERAGE}`.",
)
