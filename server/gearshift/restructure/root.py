"""A folder from which modules are imported: their names, and which imports which."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.restructure.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Root:
    """One such folder."""

    folder: Path

    def dotted(self, path: Path) -> str:
        """Return the name under which a file of the folder is imported."""
        parts = path.relative_to(self.folder).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def module_of(self, node: ast.ImportFrom, path: Path) -> str:
        """Return the absolute name of the module that an import in `path` is from.

        Empty: it leads out of the folder.
        """
        if not node.level:
            return node.module or ""
        if not path.is_relative_to(self.folder):
            return ""
        folder = path.parent
        for _ in range(node.level - 1):
            folder = folder.parent
        if not folder.is_relative_to(self.folder):
            return ""
        parts = folder.relative_to(self.folder).parts
        return ".".join([*parts, node.module] if node.module else parts)

    def circle(
        self, start: Path, texts: Mapping[Path, str], added: Mapping[Path, Iterable[str]]
    ) -> Path | None:
        """Return the module through which importing one leads back to it; None: none does.

        `added` are import statements that the texts are to get.
        """
        by_name = {self.dotted(p): p for p in texts if p.is_relative_to(self.folder)}
        seen: set[Path] = set()
        paths = [start]
        while paths:
            path = paths.pop()
            if path in seen:
                continue
            seen.add(path)
            for name in self._imported(path, texts[path], added.get(path, ())):
                found = by_name.get(name)
                if found == start and path != start:
                    return path
                # What a package's own file hands on is imported before any module of it anyway.
                if found is not None and found.stem != "__init__":
                    paths.append(found)
        return None

    def _imported(self, path: Path, text: str, added: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for node in Source("\n".join([*added, text])).tree.body:
            if isinstance(node, ast.ImportFrom):
                module = self.module_of(node, path)
                found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        return found
