"""Runs tests of a package with one file changed, in the sandbox and on nothing but a read-only
view of the unpacked distribution."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cut.packages import ENVIRONMENT, Package
from benchmarks.cut.places import HERE

from gearshift.verify.isolation import Limits, Mount
from gearshift.verify.sandbox import Sandbox

ROOM = Path("/package")
"""Where the tests see the package."""
DESK = Path("/desk")
"""Where they see what the benchmark adds: an empty configuration, the tests' names."""
LONGEST_SECONDS = 40.0
"""A trial's tests take under 5 s by themselves; code that loops for ever takes all of it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How one run of tests ended."""

    passed: bool
    seconds: float
    output: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a package's own tests do."""

    tests: Mapping[str, float]
    """Those that pass, with their seconds."""
    lines: Mapping[str, Mapping[int, Sequence[str]]]
    """By file and line, the passing tests that run it."""


PARALLEL = 2
_sandbox = Sandbox()
_free = asyncio.Semaphore(PARALLEL)


async def try_tests(
    package: Package, tests: Sequence[str], changed: Mapping[str, str] | None = None
) -> Trial:
    """Return how `tests` end with the files of `changed` (path below the tree, text) put in."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        (desk / "tests").write_text("\n".join(tests), encoding="utf-8")
        mounts: list[Mount] = []
        for number, (path, text) in enumerate((changed or {}).items()):
            file = desk / f"changed{number}"
            file.write_text(text, encoding="utf-8")
            mounts.append(Mount(file, ROOM / path))
        run = await _run(package, desk, mounts, ("-x", f"@{DESK / 'tests'}"))
    return Trial(run.code == 0, run.seconds, run.output)


async def record(package: Package) -> Record:
    """Run all tests of `package` and return which of them run which lines."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder)
        (desk / "recorder.py").write_bytes((HERE / "recorder.py").read_bytes())
        written = desk / "record.json"
        environment = {
            "CUT_MODULES": str(ROOM / package.modules),
            "CUT_RECORD": str(DESK / written.name),
        }
        arguments = ("-p", "recorder", "--continue-on-collection-errors", str(ROOM / package.tests))
        run = await _run(package, desk, (), arguments, environment, writable=True, wall=300.0)
        if not written.exists():
            raise RuntimeError(f"{package.name}: its tests were not recorded.\n{run.output}")
        read = json.loads(written.read_text(encoding="utf-8"))
    tests = [*read["tests"]]
    lines = {
        Path(file).relative_to(ROOM).as_posix(): {
            int(line): [tests[n] for n in numbers] for line, numbers in rows.items()
        }
        for file, rows in read["lines"].items()
    }
    return Record(read["tests"], lines)


async def _run(
    package: Package,
    desk: Path,
    mounts: Sequence[Mount],
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    writable: bool = False,
    wall: float = LONGEST_SECONDS,
):
    (desk / "empty.ini").write_text("[pytest]\n", encoding="utf-8")
    command = ["nice", "-n", "5", str(ENVIRONMENT / "bin" / "python"), "-m", "pytest", "-q"]
    command += ["-p", "no:cacheprovider", "-c", str(DESK / "empty.ini"), f"--rootdir={ROOM}"]
    seen = [
        Mount(ENVIRONMENT.resolve(), ENVIRONMENT),
        Mount(Path(sys.base_prefix), Path(sys.base_prefix)),
        Mount(package.tree.resolve(), ROOM),
        Mount(desk, DESK, writable=writable),
        *mounts,
    ]
    variables = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": f"{ROOM / package.path}:{DESK}",
        **(environment or {}),
    }
    async with _free:
        return await _sandbox.run(
            [*command, *arguments],
            ROOM,
            mounts=seen,
            environment=variables,
            limits=Limits(wall_seconds=wall),
        )
