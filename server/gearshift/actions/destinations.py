"""Modules of the project that a function or class can move to."""

from __future__ import annotations

import ast
import re
from itertools import islice
from typing import TYPE_CHECKING

from gearshift.actions.request import Module
from gearshift.languages import language_of
from gearshift.verify.change import parse
from gearshift.verify.project_copy import MOST_FILES, project_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST = 8
"""Modules that a model chooses from."""
LARGEST_FILE = 200_000
"""Bytes; what is larger is data or generated."""
NO_MODULES = frozenset({"__init__", "__main__", "conftest", "setup", "noxfile"})
"""Files that hold no code of a library's own."""


def modules_for(
    name: str, home: Path, project: Path, reason_to_withhold: Callable[[Path], str | None]
) -> tuple[Module, ...]:
    """Return the modules, those that use `name` and those beside its own first."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    found: list[tuple[int, int, Module]] = []
    for file in islice(project_files(project), MOST_FILES):
        if file == home or not _is_module(file) or reason_to_withhold(file):
            continue
        text = _text(file)
        if text is None:
            continue
        where = file.relative_to(project).as_posix()
        distance = 0 if file.parent == home.parent else len(where.split("/"))
        found.append((-len(word.findall(text)), distance, Module(file, where, _about(text))))
    found.sort(key=lambda each: (*each[:2], each[2].name))
    return tuple(module for _, _, module in found[:MOST])


def _is_module(file: Path) -> bool:
    is_test = language_of("python").is_test_file(file)
    return (
        file.suffix == ".py"
        and file.stem.isidentifier()
        and file.stem not in NO_MODULES
        and (not is_test)
    )


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8") if file.stat().st_size <= LARGEST_FILE else None
    except (OSError, UnicodeDecodeError):
        return None


def _about(text: str) -> str:
    tree = parse(text)
    doc = ast.get_docstring(tree) if tree else None
    return doc.split("\n")[0].strip() if doc else ""
