"""The programs that make Rust's coverage readable: found where they fit the compiler."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from gearshift.verify.runners.llvm import find_tools

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")
HOST = "x86_64-unknown-linux-gnu"


def _program(path: Path, said: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{said}\n")
    path.chmod(0o755)


def _tools(folder: Path, version: str, suffix: str = "") -> None:
    for name in ("llvm-profdata", "llvm-cov"):
        _program(folder / f"{name}{suffix}", f"echo 'LLVM (http://llvm.org/):'\necho '  {version}'")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with a rustc of LLVM 22 alone on its path."""
    told = f'if [ "$1" = -vV ]; then printf "host: {HOST}\\nLLVM version: 22.1.2\\n"; '
    _program(tmp_path / "bin" / "rustc", f'{told}else echo "{tmp_path}/toolchain"; fi')
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    for name in ("LLVM_COV", "LLVM_PROFDATA"):
        monkeypatch.delenv(name, raising=False)
    find_tools.cache_clear()
    yield tmp_path
    find_tools.cache_clear()


def test_the_component_of_the_toolchain_comes_first(machine: Path) -> None:
    own = machine / "toolchain" / "lib" / "rustlib" / HOST / "bin"
    _tools(own, "LLVM version 22.1.2-rust-1.95.0-stable")
    _tools(machine / "bin", "LLVM version 22.0.0")
    found = find_tools()
    assert found is not None
    assert found.merge.path == own / "llvm-profdata"
    assert found.export.path == own / "llvm-cov"


def test_programs_of_another_llvm_are_passed_over(machine: Path) -> None:
    _tools(machine / "bin", "LLVM version 14.0.6")
    assert find_tools() is None
    _tools(machine / "bin", "LLVM version 22.1.8", "-22")
    find_tools.cache_clear()
    found = find_tools()
    assert found is not None
    assert found.export.path == machine / "bin" / "llvm-cov-22"


def test_what_the_environment_names_is_taken(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tools(machine / "elsewhere" / "bin", "LLVM version 22.1.8")
    for name, program in (("LLVM_COV", "llvm-cov"), ("LLVM_PROFDATA", "llvm-profdata")):
        monkeypatch.setenv(name, str(machine / "elsewhere" / "bin" / program))
    found = find_tools()
    assert found is not None
    assert found.merge.path == machine / "elsewhere" / "bin" / "llvm-profdata"
