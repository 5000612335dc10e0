"""Jest, as a project has it installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.verify.runners import node
from gearshift.verify.runners.profiles import profile_of
from gearshift.verify.runners.runner import Conditions, Launch, Place, Runner

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench

SCRIPT = "jest/bin/jest.js"


async def _is_found(bench: Workbench) -> bool:
    return await node.has_package(bench, "jest", SCRIPT)


async def _launch(place: Place, conditions: Conditions) -> Launch:
    report = f"--outputFile={place.report}"
    order = ("--randomize", f"--seed={conditions.order}") if conditions.order else ()
    settings = ("--ci", "--cache=false", "--watchman=false", "--runInBand", "--runTestsByPath")
    traced = _coverage(place, conditions)
    return await node.launch(place, SCRIPT, "--json", report, *settings, *order, *traced, "{file}")


def _coverage(place: Place, conditions: Conditions) -> tuple[str, ...]:
    if conditions.traced is None:
        return ()
    file = conditions.traced.file.relative_to(place.bench.project).as_posix()
    folder = f"--coverageDirectory={profile_of(place)}"
    return ("--coverage", "--coverageReporters=lcovonly", folder, f"--collectCoverageFrom={file}")


JEST = Runner(
    name="jest",
    languages=node.LANGUAGES,
    framework="Jest",
    is_found=_is_found,
    launch=_launch,
    outcomes=node.jest_outcomes,
)
