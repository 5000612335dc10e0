"""Python's modules: relative, in the project's source folders, in its environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.workspace.project import project_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SOURCE_FOLDERS = ("", "src", "lib", "python")
"""Folders that common project layouts put on the module path."""
ENVIRONMENT_FOLDERS = (".venv", "venv")
PACKAGE_FOLDERS = ("lib/python3*/site-packages", "Lib/site-packages")


class PythonModules:
    """Finds modules without running anything."""

    def __init__(self, roots: Sequence[Path], variables: Mapping[str, str]) -> None:
        self._roots = tuple(roots)
        self._active = variables.get("VIRTUAL_ENV")
        self._packages: dict[Path, tuple[Path, ...]] = {}
        """By environment, its folders of installed packages."""

    def file_of(self, module: str, importer: Path) -> Path | None:
        """Return the file of `module` as `importer` writes it; None: not found, or built in."""
        name = module.lstrip(".")
        level = len(module) - len(name)
        parts = name.split(".") if name else []
        if level:
            folder = importer.parent
            for _ in range(level - 1):
                folder = folder.parent
            return _module_in(folder, parts)
        if not parts or not all(part.isidentifier() for part in parts):
            return None
        found = (_module_in(folder, parts) for folder in self._search(importer))
        return next((path for path in found if path is not None), None)

    def _search(self, importer: Path) -> Iterator[Path]:
        yield importer.parent
        folder = importer.parent
        while (folder / "__init__.py").is_file() and folder.parent != folder:
            folder = folder.parent
        yield folder
        tops = dict.fromkeys([*filter(None, [project_root(importer.parent)]), *self._roots])
        for top in tops:
            yield from (top / name for name in SOURCE_FOLDERS)
        for top in tops:
            for name in ENVIRONMENT_FOLDERS:
                yield from self._packages_of(top / name)
        if self._active:
            yield from self._packages_of(Path(self._active))

    def _packages_of(self, environment: Path) -> tuple[Path, ...]:
        """Return the folders of packages; an environment may be made, or made anew, meanwhile."""
        known = self._packages.get(environment, ())
        if known and all(folder.is_dir() for folder in known):
            return known
        found: tuple[Path, ...] = ()
        if environment.is_dir():
            found = tuple(f for pattern in PACKAGE_FOLDERS for f in environment.glob(pattern))
        self._packages[environment] = found
        return found


def _module_in(folder: Path, parts: Sequence[str]) -> Path | None:
    *packages, last = parts or [""]
    inner = folder.joinpath(*packages, last)
    candidates = [inner / "__init__.py", inner / "__init__.pyi"]
    if last:
        candidates += [inner.with_name(f"{last}.py"), inner.with_name(f"{last}.pyi")]
    return next((path for path in candidates if path.is_file()), None)
