"""`cargo test` of an integration test in `tests/`, offline."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.verify.programs import find_cargo
from gearshift.verify.runners.runner import Conditions, Launch, Outcome, Place, Runner

if TYPE_CHECKING:
    from gearshift.verify.sandbox import Execution
    from gearshift.verify.workbench import Workbench

RESULT = re.compile(
    r"^test (?P<name>\S+)(?: - should panic)? \.\.\. (?P<end>ok|FAILED|ignored)", re.M
)
MESSAGE = re.compile(
    r"^---- (?P<name>\S+) stdout ----\n(?P<said>.*?)(?=^----|^failures:|\Z)", re.M | re.S
)
ENDS = {"ok": "passed", "FAILED": "failed", "ignored": "skipped"}
FILE_BYTES = 1 << 30
ADDRESS_SPACE = 16 << 30
"""What compilers and linkers map of libraries and archives."""
BUILD_SECONDS = 300.0
"""The first run compiles the package and what it depends on."""


async def _is_found(bench: Workbench) -> bool:
    is_package = (bench.project / "Cargo.toml").is_file()
    is_library = (bench.project / "src" / "lib.rs").is_file()
    return is_package and is_library and await asyncio.to_thread(find_cargo) is not None


async def _launch(place: Place, conditions: Conditions) -> Launch:
    del conditions
    program = await asyncio.to_thread(find_cargo)
    assert program is not None, "a runner is launched only where it was found"
    bench = place.bench
    variables = {
        "CARGO_TARGET_DIR": str(bench.reports / "cargo"),
        "CARGO_TERM_COLOR": "never",
        "CARGO_INCREMENTAL": "0",
        "PATH": os.pathsep.join([program.folder, "/usr/local/bin", "/usr/bin", "/bin"]),
    }
    if home := os.environ.get("CARGO_HOME"):
        variables["CARGO_HOME"] = home
    limits = replace(
        bench.limits,
        file_bytes=FILE_BYTES,
        address_space=ADDRESS_SPACE,
        wall_seconds=max(bench.limits.wall_seconds, BUILD_SECONDS),
    )
    command = (str(program.path), "test", "--offline", "--quiet", "--test", place.file.stem)
    command = (*command, "--", "--format=pretty")
    # Where there is no lock file, cargo makes one.
    return Launch(command, variables, program.mounts, limits, may_write=True)


def outcomes(place: Place, ended: Execution) -> list[Outcome]:
    """Return what the test program says of each test."""
    said = {m["name"]: m["said"].strip()[:800] for m in MESSAGE.finditer(ended.output)}
    return [
        Outcome(
            f"{place.file.name}::{m['name'].rpartition('::')[2]}",
            ENDS[m["end"]],
            said.get(m["name"], ""),
        )
        for m in RESULT.finditer(ended.output)
    ]


CARGO_TEST = Runner(
    name="cargo test",
    languages=frozenset({"rust"}),
    framework="Rust's own test attribute",
    is_found=_is_found,
    launch=_launch,
    outcomes=outcomes,
)
