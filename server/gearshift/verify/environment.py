"""Which interpreter runs a project's tests, and what of the machine it needs to see."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT_FOLDERS = (".venv", "venv")
PROGRAM_FOLDERS = ("bin", "Scripts")
PREFIX_MARKS = ("pyvenv.cfg", "lib/python3*/os.py", "lib/python3*/site-packages", "Lib/os.py")
"""Of these, one at least is in what an interpreter is installed to."""
PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg")
SERVERS = "the server's own interpreter"


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
    loads_plugins: bool = True
    """Whether pytest loads whatever plug-ins are installed in it."""

    @property
    def is_servers(self) -> bool:
        """Whether it may hold what the project never asked for: it is Gearshift's interpreter."""
        return self.origin == SERVERS


def environment_of(
    project: Path,
    custom: str | None = None,
    variables: Mapping[str, str] = os.environ,
) -> Environment:
    """Return the environment of `project`; runs nothing to find it.

    Order: the setting `verify.testCommand`, `.venv` or `venv` in the project, `VIRTUAL_ENV`, the
    interpreter of the server itself. Raises SettingsError for a command that can't be read.
    """
    if custom:
        return _custom(project, custom)
    for name in ENVIRONMENT_FOLDERS:
        if python := _python_in(project / name):
            return _interpreter(python, f"the project's {name}")
    active = variables.get("VIRTUAL_ENV")
    if active and (python := _python_in(Path(active))):
        return _interpreter(python, "VIRTUAL_ENV")
    return _interpreter(Path(sys.executable), SERVERS)


def _custom(project: Path, custom: str) -> Environment:
    try:
        command = shlex.split(custom, posix=sys.platform != "win32")
    except ValueError as error:
        raise SettingsError(
            f"`verify.testCommand` is no command line ({error}): `{custom}`; correct its quotes."
        ) from error
    if not command:
        raise SettingsError("`verify.testCommand` is empty; name a command, or leave it out.")
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
    python = python.absolute()
    prefix = python.parent.parent
    folders = [found for step in (python, *_links(python)) if (found := _brings(step))]
    for packages in _site_packages(prefix):
        folders += _editable(packages)
    unique = dict.fromkeys(f for f in folders if f.is_dir() and f != Path(f.anchor))
    return Environment((str(python),), False, origin, tuple(unique))


def _links(python: Path) -> list[Path]:
    """Return what each link from `python` to the real program leads to, that program last.

    Version managers link in several steps, and each step's folder must be there to be followed.
    """
    steps: list[Path] = []
    for _ in range(8):
        if not python.is_symlink():
            break
        python = Path(os.path.normpath(python.parent / python.readlink()))
        steps.append(python)
    return [*steps, python.resolve()]


def _brings(program: Path) -> Path | None:
    """Return the folder that `program` needs: its prefix, or only the folder that it is in.

    A cloned repository may hold links that lead anywhere, to a home or to a folder of sockets: a
    prefix is taken where Python's own files are, and other folders where they are one of programs.
    """
    prefix = program.parent.parent
    if any(any(prefix.glob(mark)) for mark in PREFIX_MARKS):
        return prefix
    return program.parent if program.parent.name in PROGRAM_FOLDERS else None


def holds_package(environment: Environment, name: str) -> bool:
    """Whether a package lies in the environment's own folders; a user's own command has it."""
    if environment.is_custom:
        return True
    prefix = Path(environment.command[0]).parent.parent
    return any((folder / name).is_dir() for folder in _site_packages(prefix))


def _site_packages(prefix: Path) -> list[Path]:
    return [*prefix.glob("lib/python*/site-packages"), *prefix.glob("Lib/site-packages")]


def _editable(packages: Path) -> list[Path]:
    """Return the folders that `.pth` files add: where editable installs have their source.

    Only what holds a Python project or modules: the files may come with a cloned repository.
    """
    found: list[Path] = []
    for file in sorted(packages.glob("*.pth")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [Path(line) for line in lines if line.startswith(("/", "\\")) or line[1:2] == ":"]
    return [folder for folder in found if _holds_source(folder)]


def _holds_source(folder: Path) -> bool:
    if folder == Path.home() or folder in Path.home().parents:
        return False
    marks = [folder / name for name in PROJECT_MARKS]
    if folder.name == "src":
        marks += [folder.parent / name for name in PROJECT_MARKS]
    if any(mark.is_file() for mark in marks):
        return True
    return any(any(folder.glob(shape)) for shape in ("*.py", "*/__init__.py"))
