"""The packages whose code is completed and whose tests judge: fetched by hash, unpacked, run."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.cut.places import HERE, STORE

if TYPE_CHECKING:
    from pathlib import Path

SDISTS = STORE / "sdists"
TREES = STORE / "trees"
ENVIRONMENT = STORE / "venv"


@dataclass(frozen=True, slots=True)
class Package:
    """One row of `packages.toml`."""

    name: str
    version: str
    sha256: str
    released: int
    modules: str
    """Folder (or file) of the package's own code, below the tree."""
    tests: str
    path: str = "."
    """What is put on Python's path, below the tree."""

    @property
    def tree(self) -> Path:
        """The unpacked source distribution."""
        return TREES / f"{self.name}-{self.version}"

    def sources(self, *, with_tests: bool = False) -> dict[str, str]:
        """Return the package's own modules by their path below the tree; its tests are left out
        unless `with_tests`, installed copies, builds and bytecode always."""
        roots = [self.tree / self.modules]
        if with_tests:
            roots.append(self.tree / self.tests)
        files = [p for r in roots for p in ([r] if r.is_file() else sorted(r.rglob("*.py")))]
        found: dict[str, str] = {}
        for file in files:
            path = file.relative_to(self.tree)
            if with_tests or not is_test(path.as_posix(), self.tests):
                found[path.as_posix()] = file.read_text(encoding="utf-8")
        return found


def is_test(path: str, tests: str) -> bool:
    """Whether a file below a package's tree belongs to its tests."""
    name = path.rpartition("/")[2]
    is_inside = path.startswith(f"{tests}/")
    return is_inside or name.startswith("test_") or name in {"conftest.py", "_test.py"}


@cache
def packages() -> dict[str, Package]:
    """Return the packages by name."""
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    rows = toml.loads((HERE / "packages.toml").read_text(encoding="utf-8"))["package"]
    return {row["name"]: Package(**row) for row in rows}


def fetch() -> None:
    """Make the environment of the tests and unpack every package; what is there stays."""
    if not (ENVIRONMENT / "bin" / "pytest").exists():
        _call(sys.executable, "-m", "venv", str(ENVIRONMENT))
        _pip("install", "-q", "-r", str(HERE / "environment.txt"))
    for package in packages().values():
        if not package.tree.exists():
            _unpack(package, _download(package))


def _download(package: Package) -> Path:
    wanted = SDISTS / f"{package.name}-{package.version}.tar.gz"
    if not wanted.exists():
        SDISTS.mkdir(parents=True, exist_ok=True)
        requirement = SDISTS / f"{package.name}.txt"
        requirement.write_text(
            f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n"
        )
        options = ("--no-deps", "--no-binary", ":all:", "--no-build-isolation", "--require-hashes")
        _pip("download", "-q", *options, "-d", str(SDISTS), "-r", str(requirement))
        requirement.unlink()
    return wanted


def _unpack(package: Package, archive: Path) -> None:
    TREES.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        tar.extractall(TREES, filter="data")


def _pip(*arguments: str) -> None:
    _call(str(ENVIRONMENT / "bin" / "python"), "-m", "pip", *arguments)


def _call(*command: str) -> None:
    subprocess.run(command, check=True)
