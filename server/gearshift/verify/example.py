"""A piece of code that a page shows is run before it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.workbench import Workbench

SECONDS = 20.0
"""Longest run of an example."""


async def ended_well(bench: Workbench, code: str, root: Path) -> Verdict:
    """Fail with the last line of what it said, if it ends in an error or not at all."""
    if bench.environment.is_custom:
        return Verdict(True, "example", "The setting `verify.testCommand` runs tests alone.")
    command = [*bench.environment.command, "-c", code]
    variables = {"PYTHONPATH": str(await bench.seen(root))}
    ended = await bench.run(command, variables, wall_seconds=SECONDS)
    if ended.stopped or ended.code:
        said = ended.stopped or bench.shown(ended.output).strip().rpartition("\n")[2]
        return Verdict(False, "example", f"The example was run and failed: {said}")
    evidence = ("example", f"sandbox:{ended.isolation}")
    return Verdict(True, "example", "The example was run.", evidence)
