"""What a project already has for testing a symbol: calls of it, fixtures, tests by name."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.verify.change import parse
from gearshift.verify.suite import read_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    ReasonToWithhold = Callable[[Path], str | None]

MOST_CALLS = 3
MOST_FILES = 400
"""Files looked at for calls: some tenths of a second."""
LARGEST_FILE = 200_000
"""Bytes; what is larger is data or generated."""
LONGEST_LINE = 160
PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv", "target", "dist", "build"})


def calls_of(
    name: str, source: Path, project: Path, reason_to_withhold: ReasonToWithhold
) -> dict[str, Path]:
    """Return lines of the project's other code that call `name`, each with its file.

    Withheld files are passed over.
    """
    call = re.compile(rf"(?<!def )(?<!class )(?<!func )(?<!fn )\b{re.escape(name)}\(")
    found: dict[str, Path] = {}
    for number, file in enumerate(_files(project, source.suffix)):
        if number >= MOST_FILES or len(found) >= MOST_CALLS:
            break
        if file == source or reason_to_withhold(file):
            continue
        for line in _text(file).split("\n"):
            shown = line.strip()
            if call.search(shown) and len(shown) <= LONGEST_LINE and not shown.startswith("#"):
                found.setdefault(shown, file)
                break
    return found


def fixtures_for(
    tests: Path, project: Path, reason_to_withhold: ReasonToWithhold
) -> dict[str, Path]:
    """Return pytest's fixtures that the project gives tests in this file, each with its file.

    A fixture reads `name: what it is`.
    """
    found: dict[str, Path] = {}
    folder = tests.parent
    while folder == project or project in folder.parents:
        file = folder / "conftest.py"
        if file.is_file() and not reason_to_withhold(file):
            found |= dict.fromkeys(_fixtures(_text(file)), file)
        folder = folder.parent
    return found


def known_tests(name: str, text: str) -> tuple[str, ...]:
    """Return the names of the tests in a Python test file that use `name`."""
    return tuple(test.name for test in read_tests(text) if name in test.used)


def _fixtures(text: str) -> Iterator[str]:
    tree = parse(text)
    for node in tree.body if tree else ():
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if not any("fixture" in ast.unparse(each) for each in node.decorator_list):
            continue
        doc = (ast.get_docstring(node) or "").split("\n")[0]
        kind = ast.unparse(node.returns) if node.returns else ""
        said = ", ".join(filter(None, (kind, doc)))
        yield f"{node.name}: {said}" if said else node.name


def _files(project: Path, suffix: str) -> Iterator[Path]:
    for folder, folders, names in os.walk(project):
        folders[:] = sorted(f for f in folders if f not in PASSED_OVER and not f.startswith("."))
        for name in sorted(names):
            if name.endswith(suffix):
                yield Path(folder) / name


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_FILE:
            return ""
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
