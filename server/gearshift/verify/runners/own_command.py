"""The user's own command (`verify.testCommand`) for languages other than Python: an exit code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.verify.runners import node
from gearshift.verify.runners.runner import Conditions, Launch, Outcome, Place, Runner

if TYPE_CHECKING:
    from gearshift.verify.sandbox import Execution
    from gearshift.verify.workbench import Workbench

LANGUAGES = frozenset({"go", "rust", "java", "c", "cpp", "csharp", "ruby", "php"})


async def _is_found(bench: Workbench) -> bool:
    return bench.environment.is_custom


async def _launch(place: Place, conditions: Conditions) -> Launch:
    del conditions
    bench = place.bench
    seen = str(await bench.seen(place.file))
    command = tuple(part.replace("{file}", seen) for part in bench.environment.command)
    return Launch(command, limits=replace(node.limits(bench), file_bytes=1 << 30), may_write=True)


def _outcomes(place: Place, ended: Execution) -> list[Outcome]:
    del place, ended
    return []


OWN_COMMAND = Runner(
    name="your own command",
    languages=LANGUAGES | node.LANGUAGES,
    framework="the project's own framework",
    is_found=_is_found,
    launch=_launch,
    outcomes=_outcomes,
)
