"""`cargo test` of an integration test in `tests/`, offline."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.verify.programs import find_cargo
from gearshift.verify.runners.llvm import find_tools, write_lcov
from gearshift.verify.runners.profiles import profile_of
from gearshift.verify.runners.runner import Conditions, Launch, Outcome, Place, Runner, Traced

if TYPE_CHECKING:
    from pathlib import Path

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
INSTRUMENTED = "-C instrument-coverage -C llvm-args=-enable-name-compression=false"
"""Plain names can be read by an LLVM that was built without zlib too."""
BUILD_SECONDS = 300.0
"""The first run compiles the package and what it depends on."""


async def _is_found(bench: Workbench) -> bool:
    is_package = (bench.project / "Cargo.toml").is_file()
    is_library = (bench.project / "src" / "lib.rs").is_file()
    return is_package and is_library and await asyncio.to_thread(find_cargo) is not None


async def _launch(place: Place, conditions: Conditions) -> Launch:
    program = await asyncio.to_thread(find_cargo)
    assert program is not None, "a runner is launched only where it was found"
    bench = place.bench
    is_traced = conditions.traced is not None and await asyncio.to_thread(find_tools) is not None
    variables = {
        "CARGO_TARGET_DIR": str(_target(place, is_traced=is_traced)),
        "CARGO_TERM_COLOR": "never",
        "CARGO_INCREMENTAL": "0",
        "PATH": os.pathsep.join([program.folder, "/usr/local/bin", "/usr/bin", "/bin"]),
    }
    if is_traced:
        variables["RUSTFLAGS"] = INSTRUMENTED
        # Build scripts and macros of dependencies write theirs as well.
        variables["LLVM_PROFILE_FILE"] = str(profile_of(place) / "%p-%m.profraw")
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


def _target(place: Place, *, is_traced: bool) -> Path:
    """Return where cargo builds: what notes its coverage is built apart."""
    return place.bench.reports / ("cargo-traced" if is_traced else "cargo")


async def _read_coverage(place: Place, traced: Traced) -> None:
    await write_lcov(place, _target(place, is_traced=True), traced.file)


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
    read_coverage=_read_coverage,
    without_coverage="`rustup component add llvm-tools` brings what coverage of Rust takes.",
)
