"""Coverage of Rust: the two programs of LLVM that make it readable, and what they are asked."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.verify.programs import Program, program_at, rust_compiler, told_by
from gearshift.verify.runners.profiles import LCOV, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.verify.runners.runner import Place

MERGE, EXPORT = "llvm-profdata", "llvm-cov"
VARIABLES = {MERGE: "LLVM_PROFDATA", EXPORT: "LLVM_COV"}
"""Where `cargo llvm-cov` is told of them, and so here."""
_VERSION = re.compile(r"LLVM version:? (\d+)\.")
_HOST = re.compile(r"^host: (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tools:
    """Both programs."""

    merge: Program
    export: Program


@lru_cache(maxsize=1)
def find_tools() -> Tools | None:
    """Return the programs that read what this rustc writes: a profile's form goes with LLVM's.

    First rustup's component `llvm-tools`, then what the environment names or has on its path.
    """
    compiler = rust_compiler()
    told = told_by(compiler, "-vV") if compiler else ""
    version, host = _VERSION.search(told), _HOST.search(told)
    if compiler is None or version is None or host is None:
        return None
    root = Path(told_by(compiler, "--print", "sysroot").strip())
    folder = root / "lib" / "rustlib" / host[1] / "bin"
    merge, export = (_first(name, folder, version[1]) for name in (MERGE, EXPORT))
    return Tools(merge, export) if merge and export else None


def _first(name: str, folder: Path, version: str) -> Program | None:
    for path in _places(name, folder, version):
        found = _VERSION.search(told_by(str(path), "--version"))
        if found is not None and found[1] == version:
            return program_at(path)
    return None


def _places(name: str, folder: Path, version: str) -> Iterator[Path]:
    own = folder / (f"{name}.exe" if os.name == "nt" else name)
    if own.is_file():
        yield own
    named = os.environ.get(VARIABLES[name])
    for each in (named, name, f"{name}-{version}"):
        found = shutil.which(each) if each else None
        if found is not None and Path(found).is_absolute():
            yield Path(found)


async def write_lcov(place: Place, target: Path, source: Path) -> None:
    """Make a report of `source` out of what a run of the newest test program in `target` left.

    Where something is missing there is none. Raises OSError if nothing can be started.
    """
    tools = await asyncio.to_thread(find_tools)
    folder = profile_of(place)
    raw = sorted(map(str, await asyncio.to_thread(lambda: list(folder.glob("*.profraw")))))
    program = await asyncio.to_thread(_newest, target / "debug" / "deps", place.file.stem)
    if tools is None or program is None or not raw:
        return
    bench, merged = place.bench, str(folder / "all.profdata")
    merge = [str(tools.merge.path), "merge", "--sparse", "-o", merged, *raw]
    await bench.run(merge, mounts=tools.merge.mounts)
    export = [str(tools.export.path), "export", "--format=lcov", f"--instr-profile={merged}"]
    seen = str(await bench.seen(source))
    ended = await bench.run([*export, str(program), "--sources", seen], mounts=tools.export.mounts)
    await asyncio.to_thread((folder / LCOV).write_text, ended.output, "utf-8")


def _newest(folder: Path, name: str) -> Path | None:
    """Return the test program that was built last."""
    shape = re.compile(rf"{re.escape(name)}-[0-9a-f]{{16}}(?:\.exe)?")
    found = [f for f in folder.glob("*") if shape.fullmatch(f.name)]
    return max(found, key=lambda f: f.stat().st_mtime, default=None)
