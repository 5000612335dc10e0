"""Toolchains of the machine: where a program is, and what the sandbox must see for it to work."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gearshift.verify.isolation import SYSTEM_FOLDERS, Mount

SECONDS = 20


@dataclass(frozen=True, slots=True)
class Program:
    """One program and the folders that it reads."""

    path: Path
    mounts: tuple[Mount, ...]

    @property
    def folder(self) -> str:
        """The folder for `PATH`."""
        return str(self.path.parent)


@lru_cache(maxsize=16)
def find_program(name: str) -> Program | None:
    """Return a program on the user's PATH with its installation; None: it is not installed."""
    found = _installed(name)
    if found is None:
        return None
    return program_at(Path(found))


def program_at(path: Path) -> Program:
    """Return a program with its installation."""
    path = path.resolve()
    return Program(path, _mounts(path.parent.parent))


def rust_compiler() -> str | None:
    """Return where rustc is; None: it is not installed."""
    return _installed("rustc")


def told_by(program: str, *arguments: str) -> str:
    """Return what a program prints of itself; empty where it can't."""
    try:
        # Not in the project: its toolchain file could have rustup download another one.
        ended = subprocess.run(
            [program, *arguments],
            cwd=Path(program).anchor,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return ended.stdout


@lru_cache(maxsize=1)
def find_cargo() -> Program | None:
    """Return cargo of the default toolchain: rustup's own `cargo` only looks for that one."""
    compiler = rust_compiler()
    if compiler is None:
        return None
    sysroot = told_by(compiler, "--print", "sysroot").strip()
    if not sysroot:
        return None
    root = Path(sysroot)
    cargo = root / "bin" / ("cargo.exe" if os.name == "nt" else "cargo")
    if not cargo.is_file():
        return find_program("cargo")
    # Of cargo's own home only what was downloaded: the rest may hold a registry's token.
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    kept = [Mount(f, f) for f in (home / "registry", home / "git") if f.is_dir()]
    return Program(cargo, (*_mounts(root), *kept))


def _installed(name: str) -> str | None:
    """Return where a program is; one of the working folder, where Windows looks first, is none."""
    found = shutil.which(name)
    return found if found is not None and Path(found).is_absolute() else None


def _mounts(folder: Path) -> tuple[Mount, ...]:
    if folder in (Path.home(), Path(folder.anchor)) or folder in Path.home().parents:
        return ()
    is_system = any(folder.is_relative_to(system) for system in SYSTEM_FOLDERS)
    return () if is_system else (Mount(folder, folder),)
