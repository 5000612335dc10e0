"""Imports that a Python file lacks, ready to be written, for a cursor where imports stand."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from gearshift.completion.context.piece import Piece
from gearshift.languages import python
from gearshift.languages.syntax import tree_of
from gearshift.languages.wanted import is_among_imports, unbound_names
from gearshift.workspace.library import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gearshift.completion.context.desk import Desk
    from gearshift.completion.context.piece import Site
    from gearshift.workspace.library import Source

RELATIVE = re.compile(r"^from\s+\.", re.MULTILINE)


def imports(site: Site, source: Source, desk: Desk) -> Iterator[Piece]:
    """Yield one piece with a line for each name that the file reads, that nothing in it binds, and
    that one file of the workspace defines."""
    path, snapshot = site.snapshot.path, site.snapshot
    if path is None or not is_among_imports(snapshot.lines, site.position.line):
        return
    tree = tree_of(snapshot)
    if tree is None or tree.language is not python.PYTHON:
        return
    lines: list[str] = []
    for name in unbound_names(tree.root, tree.source):
        if desk.is_late():
            break
        is_module = path.with_name(f"{name}.py").is_file()
        found = None if is_module else desk.lookup.elsewhere(name, source)
        if is_module or found is not None:
            target = found.source.path if found else None
            line = _line(name, target, path, snapshot.text)
            lines += [line] if line else []
    if lines:
        yield Piece("definitions", path, shown_path(path), "\n".join(lines), "imports it lacks")


def _line(name: str, target: Path | None, path: Path, text: str) -> str | None:
    """Return the import of `name` out of the file `target`, or, if None, of the module beside
    `path` that is called so; None: no import of `path` reaches it."""
    module = _module(target or path.with_name("__init__.py"), path, text)
    if module:
        return f"from {module} import {name}"
    return f"import {name}" if target is None else None


def _module(target: Path, path: Path, text: str) -> str:
    """Return what `path` calls the module in `target`, as its other imports are written; empty:
    none of its names can be told."""
    name = () if target.stem == "__init__" else (target.stem,)
    top = _top(target)
    if top is None:
        return ".".join(name) if target.parent == path.parent else ""
    if RELATIVE.search(text) and _top(path) == top:
        above = next(n for n, p in enumerate(path.parents) if p in target.parents)
        inner = target.parent.relative_to(path.parents[above]).parts
        return "." * (above + 1) + ".".join((*inner, *name))
    return ".".join((*target.parent.relative_to(top.parent).parts, *name))


def _top(file: Path) -> Path | None:
    """Return the outermost folder of the package that a file is in; None: it is in none."""
    folders = list(takewhile(lambda f: (f / "__init__.py").is_file(), file.parents))
    return folders[-1] if folders else None
