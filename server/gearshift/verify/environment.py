"""Which interpreter runs a project's tests, and what of the machine it needs to see."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT_FOLDERS = (".venv", "venv")


@dataclass(frozen=True, slots=True)
class Environment:
    """How tests are run for one project."""

    command: tuple[str, ...]
    """The interpreter, or the user's own test command with `{file}` in it."""
    is_custom: bool
    """Whether `command` is the setting `verify.testCommand`."""
    origin: str
    """Where it comes from, as a user would say it."""
    folders: tuple[Path, ...]
    """Folders that it reads: its own prefix, that of its base, editable installs."""


def environment_of(
    project: Path,
    custom: str | None = None,
    variables: Mapping[str, str] = os.environ,
) -> Environment:
    """Return the environment of `project`; runs nothing to find it.

    Order: the setting `verify.testCommand`, `.venv` or `venv` in the project, `VIRTUAL_ENV`, the
    interpreter of the server itself.
    """
    if custom:
        return _custom(project, custom)
    for name in ENVIRONMENT_FOLDERS:
        if python := _python_in(project / name):
            return _interpreter(python, f"the project's {name}")
    active = variables.get("VIRTUAL_ENV")
    if active and (python := _python_in(Path(active))):
        return _interpreter(python, "VIRTUAL_ENV")
    return _interpreter(Path(sys.executable), "the server's own interpreter")


def _custom(project: Path, custom: str) -> Environment:
    command = shlex.split(custom, posix=sys.platform != "win32")
    own = project / command[0]
    program = str(own) if own.is_file() else shutil.which(command[0]) or command[0]
    # An interpreter brings its libraries; other programs their own folder.
    folders = _interpreter(Path(program), "").folders
    return Environment((program, *command[1:]), True, "verify.testCommand", folders)


def _python_in(folder: Path) -> Path | None:
    for name in ("bin/python", "Scripts/python.exe"):
        if (folder / name).exists():
            return folder / name
    return None


def _interpreter(python: Path, origin: str) -> Environment:
    prefix = python.absolute().parent.parent
    folders = [prefix, *_links(python.absolute())]
    for packages in _site_packages(prefix):
        folders += _editable(packages)
    unique = dict.fromkeys(f for f in folders if f.is_dir() and f != Path(f.anchor))
    return Environment((str(python.absolute()),), False, origin, tuple(unique))


def _links(python: Path) -> list[Path]:
    """Return the prefix behind each link from `python` to the real program.

    Version managers link in several steps, and each step's folder must be there to be followed.
    """
    prefixes: list[Path] = []
    for _ in range(8):
        if not python.is_symlink():
            break
        python = Path(os.path.normpath(python.parent / python.readlink()))
        prefixes.append(python.parent.parent)
    prefixes.append(python.resolve().parent.parent)
    return prefixes


def _site_packages(prefix: Path) -> list[Path]:
    return [*prefix.glob("lib/python*/site-packages"), *prefix.glob("Lib/site-packages")]


def _editable(packages: Path) -> list[Path]:
    """Return the folders that `.pth` files add: where editable installs have their source."""
    found: list[Path] = []
    for file in sorted(packages.glob("*.pth")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [Path(line) for line in lines if line.startswith(("/", "\\")) or line[1:2] == ":"]
    return found
