"""Which folder is the project of a file, and what to call the file in it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ROOT_MARKERS = (
    ".git",
    ".hg",
    "pyproject.toml",
    "setup.py",
    "package.json",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "CMakeLists.txt",
    "Gemfile",
    "composer.json",
    ".gearshift.toml",
)
"""Files and folders that stand at the top of a project."""


@lru_cache(maxsize=512)
def project_root(folder: Path) -> Path | None:
    """Return the nearest folder from `folder` upward that holds a root marker; None: none does."""
    for candidate in (folder, *folder.parents):
        if any((candidate / marker).exists() for marker in ROOT_MARKERS):
            return candidate
    return None


@lru_cache(maxsize=512)
def display_path(path: Path, root: Path | None = None) -> str:
    """Return `path` relative to `root` or to its project, with `/`; outside both its bare name."""
    base = root or project_root(path.parent)
    if base is not None and path.is_relative_to(base):
        return path.relative_to(base).as_posix()
    return path.name
