"""From a name in a file to its definition, through imports and what they hand on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gearshift.workspace.modules import SCRIPTS

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.languages.language import Import
    from gearshift.languages.outline import Outlined
    from gearshift.workspace.index import Index
    from gearshift.workspace.library import Library, Source
    from gearshift.workspace.modules import Modules

MOST_STEPS = 4
"""Files that hand a name on before it is given up."""
DEFAULT = re.compile(r"^export default (?:async )?(?:function\*?\s+|class\s+)?(\w+)", re.MULTILINE)


class Found(NamedTuple):
    """A definition and the file that it stands in."""

    source: Source
    definition: Outlined


class Lookup:
    """Follows names; nothing is kept but what the library keeps."""

    def __init__(self, library: Library, modules: Modules, index: Index) -> None:
        self._library = library
        self._modules = modules
        self._index = index

    def definition(self, name: str, source: Source, steps: int = MOST_STEPS) -> Found | None:
        """Return what `name` stands for at the margin of `source`; None: it can't be told."""
        outline = source.outline
        if outline is None or steps == 0:
            return None
        wanted = _default_of(source) if name == "default" else name
        own = outline.find(wanted)
        bound = [each for each in outline.imports if wanted in {each.bound}]
        if own is not None and not bound:
            return Found(source, own)
        for each in bound:
            found = self._imported(each, source, steps)
            if found is not None:
                return found
        if own is not None:
            return Found(source, own)
        for each in outline.imports:
            if each.name == "*" and (target := self.target(each, source)) is not None:
                found = self.definition(wanted, target, steps - 1)
                if found is not None:
                    return found
        return None

    def member(self, owner: str, name: str, source: Source) -> Found | None:
        """Return `name` of the module that `owner` stands for in `source`."""
        outline = source.outline
        for each in outline.imports if outline else ():
            if each.bound != owner:
                continue
            target = self._module(each, source)
            if target is not None and (found := self.definition(name, target)) is not None:
                return found
        return None

    def elsewhere(self, name: str, source: Source) -> Found | None:
        """Return the one definition of `name` in the workspace that no import names.

        Of several the one in the same folder, if it is the only one there; None: it can't be told.
        """
        found: list[Found] = []
        for path in self._index.files_of(name):
            target = self._library.source(path) if path != source.path else None
            if target is None or target.outline is None or not _is_kin(target, source):
                continue
            same = (d for d in target.outline.definitions if d.name == name)
            found += [Found(target, definition) for definition in same]
        beside = [each for each in found if each.source.path.parent == source.path.parent]
        chosen = found if len(found) == 1 else beside
        return chosen[0] if len(chosen) == 1 else None

    def target(self, imported: Import, source: Source) -> Source | None:
        """Return the file that an import names; None: not found, or withheld."""
        path = self._file(imported.module, source)
        return None if path is None else self._library.source(path)

    def imported(self, source: Source) -> list[Path]:
        """Return the files that `source` imports, in order."""
        outline = source.outline
        modules = dict.fromkeys(each.module for each in outline.imports) if outline else {}
        paths = (self._file(module, source) for module in modules)
        return list(dict.fromkeys(path for path in paths if path is not None))

    def _imported(self, imported: Import, source: Source, steps: int) -> Found | None:
        target = self.target(imported, source)
        if target is None or imported.name in {"", "*"}:
            return None
        return self.definition(imported.name, target, steps - 1)

    def _module(self, imported: Import, source: Source) -> Source | None:
        if imported.name in {"", "*"}:
            return self.target(imported, source)
        joint = "" if imported.module.endswith(".") else "."
        path = self._file(f"{imported.module}{joint}{imported.name}", source)
        return None if path is None else self._library.source(path)

    def _file(self, module: str, source: Source) -> Path | None:
        return self._modules.file_of(module, source.path, source.language)


def _is_kin(one: Source, other: Source) -> bool:
    """Whether two files are of one language, or of two that import each other."""
    return one.language is other.language or {one.language.name, other.language.name} <= SCRIPTS


def _default_of(source: Source) -> str:
    match = DEFAULT.search(source.text)
    return match[1] if match else "default"
