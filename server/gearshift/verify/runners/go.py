"""`go test`, one package at a time."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.verify.isolation import Mount
from gearshift.verify.programs import find_program
from gearshift.verify.runners.profiles import profile_of
from gearshift.verify.runners.runner import Conditions, Launch, Outcome, Place, Runner

if TYPE_CHECKING:
    from gearshift.verify.programs import Program
    from gearshift.verify.sandbox import Execution
    from gearshift.verify.workbench import Workbench

ENDS = {"pass": "passed", "fail": "failed", "skip": "skipped"}
FILE_BYTES = 512 << 20
"""The standard library's archives and test programs are larger than what tests may write."""
BUILD_SECONDS = 300.0
"""The first run compiles the standard library into a cache of the bench's own."""


async def _is_found(bench: Workbench) -> bool:
    has_module = (bench.project / "go.mod").is_file()
    return has_module and await asyncio.to_thread(find_program, "go") is not None


async def _launch(place: Place, conditions: Conditions) -> Launch:
    program = await asyncio.to_thread(find_program, "go")
    assert program is not None, "a runner is launched only where it was found"
    bench = place.bench
    modules, mounts = _modules(program)
    cache = bench.reports / "go"
    variables = {
        "GOCACHE": str(cache),
        "GOMODCACHE": str(modules),
        "GOPROXY": "off",
        "GOFLAGS": "-mod=mod",
        "GOTOOLCHAIN": "local",
        "GOTELEMETRY": "off",
        "PATH": os.pathsep.join([program.folder, "/usr/local/bin", "/usr/bin", "/bin"]),
    }
    shuffle = f"-shuffle={conditions.order}" if conditions.order else "-shuffle=off"
    package = "./" + place.file.parent.relative_to(bench.project).as_posix()
    traced = (f"-coverprofile={profile_of(place)}",) if conditions.traced else ()
    command = (str(program.path), "test", "-json", "-count=1", "-vet=off", shuffle, *traced)
    seconds = max(bench.limits.wall_seconds, BUILD_SECONDS)
    limits = replace(bench.limits, file_bytes=FILE_BYTES, wall_seconds=seconds)
    return Launch((*command, package), variables, mounts, limits)


def _modules(program: Program) -> tuple[Path, tuple[Mount, ...]]:
    """Return the folder of downloaded modules, and all that go needs to see."""
    folder = Path(os.environ.get("GOMODCACHE") or Path.home() / "go" / "pkg" / "mod")
    is_there = folder.is_dir()
    return folder, (*program.mounts, Mount(folder, folder)) if is_there else program.mounts


def outcomes(place: Place, ended: Execution) -> list[Outcome]:
    """Return what `go test -json` says of each test; a package that does not build is one."""
    found: list[Outcome] = []
    said: dict[str, str] = {}
    for line in ended.output.split("\n"):
        try:
            told: Any = json.loads(line)
        except ValueError:
            continue
        event = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
        test = event.get("Test")
        if not isinstance(test, str) or "/" in test:
            continue
        action = str(event.get("Action"))
        if action == "output":
            said[test] = said.get(test, "") + str(event.get("Output", ""))
        elif action in ENDS:
            name = f"{place.file.name}::{test}"
            message = said.get(test, "")[:800] if action == "fail" else ""
            found.append(Outcome(name, ENDS[action], message))
    return found


GO_TEST = Runner(
    name="go test",
    languages=frozenset({"go"}),
    framework="the testing package",
    is_found=_is_found,
    launch=_launch,
    outcomes=outcomes,
)
