"""Modules of JavaScript and TypeScript: relative, by tsconfig's `paths`, in node_modules."""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.workspace.library import read_source

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDINGS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
WRITTEN_AS = {".js": (".ts", ".tsx", ".d.ts"), ".jsx": (".tsx",), ".mjs": (".mts",)}
"""TypeScript's sources are imported by the name of what they are compiled to."""
CONFIGURATIONS = ("tsconfig.json", "jsconfig.json")
MOST_EXTENDED = 4
NOT_JSON = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)


class ScriptModules:
    """Finds modules as TypeScript does, with no compiler."""

    def file_of(self, module: str, importer: Path) -> Path | None:
        """Return the file of `module` as `importer` writes it; None: not found."""
        if module.startswith("."):
            return _file_at(_join(importer.parent, module))
        if module.startswith("node:"):
            return None
        mapped = (_file_at(path) for path in _mapped(module, importer))
        found = next((path for path in mapped if path is not None), None)
        return found or _installed(module, importer)


def _join(folder: Path, relative: str) -> Path:
    return Path(os.path.normpath(folder / relative))


def _file_at(path: Path) -> Path | None:
    """Return the file that a path without an ending, or with that of the output, stands for."""
    candidates = [path.with_suffix(ending) for ending in WRITTEN_AS.get(path.suffix, ())]
    candidates += [path] if path.suffix in ENDINGS else []
    candidates += [path.with_name(path.name + ending) for ending in ENDINGS]
    candidates += [path / f"index{ending}" for ending in ENDINGS]
    return next((found for found in candidates if found.is_file()), None)


def _mapped(module: str, importer: Path) -> Iterator[Path]:
    """Yield where the nearest tsconfig's `paths` and `baseUrl` put a module."""
    for folder in importer.parents:
        for name in CONFIGURATIONS:
            if not (folder / name).is_file():
                continue
            base, paths = _configuration(folder / name)
            for pattern, targets in paths.items():
                head, star, tail = pattern.partition("*")
                if star and module.startswith(head) and module.endswith(tail):
                    middle = module[len(head) : len(module) - len(tail)]
                    yield from (_join(base or folder, t.replace("*", middle)) for t in targets)
                elif module == pattern:
                    yield from (_join(base or folder, target) for target in targets)
            if base is not None:
                yield base / module
            return


def _configuration(file: Path) -> tuple[Path | None, dict[str, list[str]]]:
    """Return the base folder and the paths of a tsconfig and of those that it extends."""
    base: Path | None = None
    paths: dict[str, list[str]] = {}
    for _ in range(MOST_EXTENDED):
        settings = _settings_in(file)
        options = _table(settings.get("compilerOptions"))
        url = options.get("baseUrl")
        if base is None and isinstance(url, str):
            base = _join(file.parent, url)
        for pattern, targets in _table(options.get("paths")).items():
            listed = cast("list[object]", targets) if isinstance(targets, list) else []
            folder = file.parent if not isinstance(url, str) else _join(file.parent, url)
            found = [str(_join(folder, target)) for target in listed if isinstance(target, str)]
            paths.setdefault(pattern, found)
        extended = settings.get("extends")
        if not isinstance(extended, str) or not extended.startswith("."):
            break
        file = _join(file.parent, extended if extended.endswith(".json") else f"{extended}.json")
    return base, paths


def _settings_in(file: Path) -> dict[str, Any]:
    try:
        found = file.stat()
    except OSError:
        return {}
    return _read_once(file, (found.st_mtime_ns, found.st_size))


@lru_cache(maxsize=32)
def _read_once(file: Path, stamp: tuple[int, int]) -> dict[str, Any]:
    """Return a configuration as it is at a stamp: each import in a prompt asks for it."""
    del stamp
    return _read_json(file)


def _installed(module: str, importer: Path) -> Path | None:
    """Return the declarations of a package that is installed above `importer`."""
    parts = module.split("/")
    size = 2 if module.startswith("@") else 1
    name, inner = "/".join(parts[:size]), "/".join(parts[size:])
    for folder in importer.parents:
        packages = folder / "node_modules"
        if not packages.is_dir():
            continue
        typed = packages / "@types" / name.lstrip("@").replace("/", "__")
        for package in (packages / name, typed):
            found = _declarations(package, inner)
            if found is not None:
                return found
    return None


def _declarations(package: Path, inner: str) -> Path | None:
    if inner:
        found = _file_at(package / inner)
    else:
        settings = _read_json(package / "package.json")
        entry = settings.get("types") or settings.get("typings") or _exported(settings)
        found = _file_at(_join(package, entry)) if isinstance(entry, str) else None
        found = found or _file_at(package / "index")
    # Bundled JavaScript says little and is long.
    return found if found is not None and found.name.endswith((".d.ts", ".ts", ".d.mts")) else None


def _exported(settings: dict[str, Any]) -> object:
    found: object = _table(settings.get("exports")).get(".")
    for _ in range(MOST_EXTENDED):
        table = _table(found)
        if isinstance(table.get("types"), str):
            return table["types"]
        found = table.get("import") or table.get("require") or table.get("default")
    return None


def _read_json(file: Path) -> dict[str, Any]:
    """Return a file of JSON with comments; empty where it can't be read."""
    text = read_source(file)
    if text is None:
        return {}
    try:
        return _table(json.loads(NOT_JSON.sub(lambda match: match[1] or "", text)))
    except (ValueError, RecursionError):
        return {}


def _table(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
