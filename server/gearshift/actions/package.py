"""What a Python package says of itself: its public parts, its project's facts, recent commits."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.languages import language_of
from gearshift.verify.change import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_MODULES = 40
MOST_COMMITS = 12
LARGEST_FILE = 300_000
"""Bytes; what is larger is data or generated."""
GIT_SECONDS = 10
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Part:
    """A public function, class or method."""

    name: str
    """Qualified within its module."""
    signature: str
    doc: str
    """Its docstring; empty: it has none."""
    source: str


@dataclass(frozen=True, slots=True)
class PackageModule:
    """One module of the package."""

    name: str
    """Dotted name under which it is imported."""
    path: Path
    doc: str
    parts: tuple[Part, ...]
    exports: tuple[str, ...] = ()
    """What `__all__` lists."""


@dataclass(frozen=True, slots=True)
class Package:
    """What there is to say of a package."""

    name: str
    folder: Path
    modules: tuple[PackageModule, ...]
    distribution: str = ""
    """The name that it is installed under; empty: not known."""
    description: str = ""
    programs: tuple[str, ...] = ()
    commits: tuple[str, ...] = ()
    """First lines of the latest ones that touched it, newest first."""

    def module(self, name: str) -> PackageModule | None:
        """Return the module of a dotted name; None: the package has none of it."""
        return next((module for module in self.modules if module.name == name), None)

    def words(self) -> set[str]:
        """Return every word that the package's names, docstrings and public code hold."""
        said = [self.name, self.distribution, self.description, *self.programs]
        for module in self.modules:
            said += [module.name, module.doc, *module.exports]
            for part in module.parts:
                said += [part.name, part.signature, part.doc, part.source]
        return set(re.findall(r"\w+", " ".join(said)))


def package_of(
    source: Path,
    root: Path,
    name: str,
    project: Path,
    reason_to_withhold: Callable[[Path], str | None],
) -> Package:
    """Return the package around a module, or the module alone; withheld files are passed over.

    `name` is the dotted name of `source` under `root`.
    """
    is_package = (source.parent / "__init__.py").is_file()
    folder = source.parent
    files = _modules(folder) if is_package else iter([source])
    modules = [
        found
        for file in files
        if not reason_to_withhold(file) and (found := _module(file, root)) is not None
    ][:MOST_MODULES]
    whole = folder.relative_to(root).as_posix().replace("/", ".") if is_package else name
    distribution, description, programs = _facts(project)
    commits = _commits(project, folder if is_package else source)
    return Package(whole, folder, tuple(modules), distribution, description, programs, commits)


def _modules(folder: Path) -> Iterator[Path]:
    facts = language_of("python")
    own = folder / "__init__.py"
    yield own
    for file in sorted(folder.rglob("*.py")):
        inside = file.relative_to(folder).with_suffix("").parts
        is_public = not any(part.startswith("_") for part in inside)
        if file != own and is_public and not facts.is_test_file(file):
            yield file


def _module(file: Path, root: Path) -> PackageModule | None:
    try:
        text = file.read_text(encoding="utf-8") if file.stat().st_size <= LARGEST_FILE else ""
    except (OSError, UnicodeDecodeError):
        return None
    tree = parse(text)
    if tree is None or not text.strip():
        return None
    parts = file.relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return PackageModule(
        name, file, ast.get_docstring(tree) or "", tuple(_parts(tree.body, "")), _exports(tree)
    )


def _parts(body: list[ast.stmt], prefix: str) -> Iterator[Part]:
    for node in body:
        if not isinstance(node, (*Function, ast.ClassDef)) or node.name.startswith("_"):
            continue
        doc = ast.get_docstring(node) or ""
        yield Part(prefix + node.name, _signature(node), doc, ast.unparse(node))
        if isinstance(node, ast.ClassDef):
            yield from _parts(node.body, f"{prefix}{node.name}.")


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{word} {node.name}({ast.unparse(node.args)}){returns}"


def _exports(tree: ast.Module) -> tuple[str, ...]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            found = [n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant)]
            return tuple(value for value in found if isinstance(value, str))
    return ()


def _facts(project: Path) -> tuple[str, str, tuple[str, ...]]:
    """Return the distribution, its description and its programs, out of `pyproject.toml`."""
    # `tomli` is the same reader for Python 3.10.
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        said: Any = toml.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "", "", ()
    table: Any = said.get("project")
    if not isinstance(table, dict):
        return "", "", ()
    about = cast("dict[str, Any]", table)
    scripts: Any = about.get("scripts")
    programs = tuple(map(str, cast("dict[str, Any]", scripts))) if isinstance(scripts, dict) else ()
    return str(about.get("name") or ""), str(about.get("description") or ""), programs


def _commits(project: Path, about: Path) -> tuple[str, ...]:
    """Return the latest commits' first lines; none where git can't say."""
    # A cloned repository's settings may name programs: for signatures, for watching files.
    quiet = ("-c", "log.showSignature=false", "-c", "core.fsmonitor=false")
    command = ["git", *quiet, "log", f"-{MOST_COMMITS}", "--format=%s", "--", str(about)]
    try:
        ended = subprocess.run(
            command, cwd=project, capture_output=True, timeout=GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    lines = ended.stdout.decode("utf-8", "replace").splitlines() if not ended.returncode else []
    return tuple(line.strip() for line in lines if line.strip())
