"""Which files belong to installed packages rather than to somebody's own work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePath

PACKAGE_FOLDERS = frozenset({"site-packages", "dist-packages", "node_modules"})


def is_installed(path: PurePath) -> bool:
    """Whether `path` lies in a folder of installed packages."""
    return not PACKAGE_FOLDERS.isdisjoint(path.parts)
