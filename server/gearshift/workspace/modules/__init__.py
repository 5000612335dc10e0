"""Which file an import names, one file a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.workspace.modules.python import PythonModules
from gearshift.workspace.modules.scripts import ScriptModules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gearshift.languages import Language

SCRIPTS = frozenset({"JavaScript", "TypeScript", "TSX"})


class Modules:
    """Finds the files that imports name, in the workspace and in installed packages."""

    def __init__(self, roots: Sequence[Path], variables: Mapping[str, str]) -> None:
        """`variables`: the environment, for `VIRTUAL_ENV`."""
        self._python = PythonModules(roots, variables)
        self._scripts = ScriptModules()

    def file_of(self, module: str, importer: Path, language: Language) -> Path | None:
        """Return the file of a module that `importer` imports; None: not found, or built in."""
        if language.name == "Python":
            return self._python.file_of(module, importer)
        if language.name in SCRIPTS:
            return self._scripts.file_of(module, importer)
        return None
