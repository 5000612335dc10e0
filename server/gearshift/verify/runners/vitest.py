"""Vitest, as a project has it installed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.verify.runners import node
from gearshift.verify.runners.runner import Conditions, Launch, Place, Runner

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench

SCRIPT = "vitest/vitest.mjs"


async def _is_found(bench: Workbench) -> bool:
    return await node.has_package(bench, "vitest", SCRIPT)


async def _launch(place: Place, conditions: Conditions) -> Launch:
    report = f"--outputFile={place.report}"
    # The project's packages are read-only here, and that is where it would cache.
    shuffle = () if not conditions.order else (f"--sequence.seed={conditions.order}",)
    order = ("--sequence.shuffle.tests", *shuffle) if conditions.order else ()
    launch = await node.launch(
        *(place, SCRIPT, "run", "--reporter=json", report, "--cache=false", *order, "{file}")
    )
    # It puts a configuration in TypeScript, made JavaScript, beside the configuration.
    return replace(launch, may_write=True)


VITEST = Runner(
    name="vitest",
    languages=node.LANGUAGES,
    framework="Vitest",
    is_found=_is_found,
    launch=_launch,
    outcomes=node.jest_outcomes,
)
