"""What of a project is its own, and copying that to where tests run."""

from __future__ import annotations

import os
import shutil
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_COPIED = frozenset(
    {".git", ".hg", ".svn", ".tox", ".nox", "__pycache__", "node_modules", ".direnv"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".eggs", ".idea", ".vscode"}
    | {".aws", ".ssh", ".gnupg", "target"}
)
"""Folders that tests don't need: history, caches, other tools' environments, keys."""
SECRET_NAMES = (".env", "id_rsa", "id_ed25519", ".netrc", ".npmrc", ".pypirc")
LARGEST_FILE = 2 << 20
"""Bytes of the largest file copied."""
LARGEST_COPY = 100 << 20
"""Bytes of the whole copy: about a second's work. Source files come first."""
MOST_FILES = 20_000
"""Files looked at: a project folder that is really a home folder must not take minutes."""
SOURCE_SUFFIXES = frozenset({".py", ".pyi", ".toml", ".cfg", ".ini", ".json", ".txt"})


def environments_in(project: Path) -> list[Path]:
    """Return what is too big to copy and must be there all the same: seen read-only."""
    folders = [p.parent for p in project.glob("*/pyvenv.cfg")]
    packages = project / "node_modules"
    # A cloned repository may have a link of that name to a home, or to a folder of sockets.
    is_own = packages.is_dir() and packages.resolve().name == packages.name
    return [*folders, packages] if is_own else folders


def copy_project(project: Path, copy: Path) -> int:
    """Copy the files of `project`, sources first; return how many were left out."""
    files = sorted(
        islice(project_files(project), MOST_FILES), key=lambda f: f.suffix not in SOURCE_SUFFIXES
    )
    copied, left_out = 0, 0
    copy.mkdir(parents=True)
    for file in files:
        try:
            size = file.stat().st_size
        except OSError:
            continue  # a dangling link, or deleted meanwhile
        if size > LARGEST_FILE or copied + size > LARGEST_COPY:
            left_out += 1
            continue
        target = copy / file.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        copied += size
    return left_out


def project_files(project: Path) -> Iterator[Path]:
    """Yield the plain files that are the project's own, folder by folder, without keys."""
    for folder, folders, names in os.walk(project):
        here = Path(folder)
        folders[:] = sorted(
            f for f in folders if f not in NOT_COPIED and not (here / f / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            file = here / name
            if not name.startswith(SECRET_NAMES) and _is_own(file, project):
                yield file


def _is_own(file: Path, project: Path) -> bool:
    """Whether it is a plain file, and where it is a link, leads to one within the project."""
    if file.is_symlink() and not file.resolve().is_relative_to(project.resolve()):
        return False
    return file.is_file()
