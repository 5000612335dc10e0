"""Imports that a Python file lacks, ready to be written, for a cursor where imports stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.completion.context.piece import Piece
from gearshift.languages import python
from gearshift.languages.syntax import tree_of
from gearshift.languages.wanted import unbound_names
from gearshift.workspace.library import shown_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gearshift.completion.context.desk import Desk
    from gearshift.completion.context.piece import Site
    from gearshift.workspace.library import Source

IMPORT = re.compile(r"(?:import|from)\b")
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
            module = _module(found.source.path if found else path.parent, path, snapshot.text)
            lines.append(f"from {module} import {name}")
    if lines:
        yield Piece("definitions", path, shown_path(path), "\n".join(lines), "imports it lacks")


def is_among_imports(lines: Sequence[str], line: int) -> bool:
    """Whether a line at the margin is an import, or stands next to one."""
    if lines[line][:1].isspace() and lines[line].strip():
        return False
    near = lines[max(0, line - 2) : line + 3]
    return any(IMPORT.match(each) for each in near)


def _module(target: Path, path: Path, text: str) -> str:
    """Return what `path` calls the module at `target`, as its other imports are written."""
    name = [] if target.is_dir() or target.stem == "__init__" else [target.stem]
    folder = target if target.is_dir() else target.parent
    above = next((n for n, p in enumerate(path.parents) if p in (folder, *folder.parents)), 0)
    if RELATIVE.search(text):
        inner = folder.relative_to(path.parents[above]).parts
        return "." * (above + 1) + ".".join((*inner, *name))
    top = folder
    while (top.parent / "__init__.py").is_file():
        top = top.parent
    if not (top / "__init__.py").is_file():
        return ".".join(name)
    return ".".join((*folder.relative_to(top.parent).parts, *name))
