"""A function or class moves to another module, and every import of it follows.

rope's own operation for this is not used: it throws away the names that a package's `__init__`
hands on, and makes modules that import each other.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gearshift.languages.statements import bound_by, bound_name, only
from gearshift.restructure.root import Root
from gearshift.restructure.source import Piece, Source, exchanged, read_in

BUILTIN = frozenset(dir(builtins))


class Unfit(Exception):
    """It can't be done safely; the text is told to the user."""


@dataclass(slots=True)
class Moving:
    """One definition on its way from a module to another."""

    name: str
    home: Path
    goal: Path
    root: Root
    """From which both are imported."""
    texts: Mapping[Path, str]
    """All Python files of the project, with plain line endings."""
    changed: dict[Path, str] = field(default_factory=dict[Path, str])
    imports: dict[Path, list[str]] = field(default_factory=dict[Path, list[str]])
    """Statements that the changed texts lack."""

    def take(self) -> None:
        """Work out what changes; raises Unfit."""
        home, goal = Source(self.texts[self.home]), Source(self.texts[self.goal])
        node = next((n for n in home.tree.body if getattr(n, "name", None) == self.name), None)
        if node is None:
            raise Unfit(f"`{self.name}` is not defined at the top of {self.home.name}.")
        others = [n for n in home.tree.body if n is not node]
        if self.name in {n for other in others for n in bound_by(other)}:
            raise Unfit(f"`{self.name}` is bound more than once in {self.home.name}.")
        self._refuse_clash(goal)
        first, last = home.definition_rows(node)
        piece = home.text[slice(*home.rows(first, last))].rstrip()
        needed = self._needed(home, node)
        self._leave(self._pruned(_without_rows(home, first, last), node), others)
        self._arrive(goal, piece, needed)
        for path, text in self.texts.items():
            if path not in (self.home, self.goal) and self.name in text:
                self._follow(path, text)
        self._refuse_circle()

    def _refuse_clash(self, goal: Source) -> None:
        for node in goal.tree.body:
            if self.name in bound_by(node) and not self._is_from_home(node, self.goal):
                raise Unfit(f"{self.goal.name} has a `{self.name}` of its own.")

    def _is_from_home(self, node: ast.stmt, path: Path) -> bool:
        is_import = isinstance(node, ast.ImportFrom)
        return is_import and self.root.module_of(node, path) == self.root.dotted(self.home)

    # --- the two modules -----------------------------------------------------------------------

    def _needed(self, home: Source, node: ast.stmt) -> list[str]:
        """Return the imports that the definition needs where it goes."""
        found: list[str] = []
        read = read_in(node) - BUILTIN - {self.name}
        for other in home.tree.body:
            wanted = sorted(set(bound_by(other)) & read)
            if other is node or not wanted:
                continue
            if isinstance(other, ast.ImportFrom):
                module = self.root.module_of(other, self.home)
                found += [
                    ast.unparse(ast.ImportFrom(module, [alias], 0))
                    for alias in other.names
                    if bound_name(alias) in wanted and module != self.root.dotted(self.goal)
                ]
            elif isinstance(other, ast.Import):
                found += [
                    ast.unparse(ast.Import([alias]))
                    for alias in other.names
                    if bound_name(alias) in wanted
                ]
            else:
                found += [f"from {self.root.dotted(self.home)} import {name}" for name in wanted]
        return found

    def _leave(self, rest: str, others: list[ast.stmt]) -> None:
        """Take it out of its module, which imports it where it or others still ask for it there."""
        self.changed[self.home] = rest
        name, goal = self.name, self.root.dotted(self.goal)
        if any(name in read_in(other) for other in others):
            self.imports[self.home] = [f"from {goal} import {name}"]
        elif _is_exported(others, name) or self._is_attribute_elsewhere():
            self.imports[self.home] = [f"from {goal} import {name} as {name}"]

    def _pruned(self, rest: str, node: ast.stmt) -> str:
        """Return what stays, without the imports that only the definition used."""
        source = Source(rest)
        read = set[str]().union(*(read_in(n) for n in source.tree.body))
        only = {n for n in read_in(node) - read if not _is_exported(source.tree.body, n)}
        pieces: list[Piece] = []
        for each in source.tree.body:
            if isinstance(each, (ast.Import, ast.ImportFrom)) and bound_by(each) & only:
                kept = [a for a in each.names if not self._is_idle(a, only)]
                if len(kept) < len(each.names):
                    pieces.append(_with_aliases(source, each, kept))
        after = exchanged(rest, pieces)
        # Where imports went, what stood around them is close together.
        return after if "\n" * 4 in rest else re.sub(r"\n{4,}", "\n\n\n", after)

    def _is_idle(self, alias: ast.alias, only: set[str]) -> bool:
        name = bound_name(alias)
        others = (path for path in self.texts if path not in (self.home, self.goal))
        return name in only and not any(self._imports_from_home(p, name) for p in others)

    def _imports_from_home(self, path: Path, name: str) -> bool:
        text = self.texts[path]
        return name in text and any(
            isinstance(node, ast.ImportFrom)
            and name in {a.name for a in node.names}
            and self._is_from_home(node, path)
            for node in ast.walk(Source(text).tree)
        )

    def _is_attribute_elsewhere(self) -> bool:
        """Whether some file may ask the module itself for it, as `module.name`."""
        for text in self.texts.values():
            if f".{self.name}" not in text and f'"{self.name}"' not in text:
                continue
            for node in ast.walk(Source(text).tree):
                if isinstance(node, ast.Attribute) and node.attr == self.name:
                    return True
                if isinstance(node, ast.Constant) and str(node.value).endswith(f".{self.name}"):
                    return True
        return False

    def _arrive(self, goal: Source, piece: str, needed: list[str]) -> None:
        text = goal.text
        for node in goal.tree.body:
            if isinstance(node, ast.ImportFrom) and self.name in bound_by(node):
                kept = [alias for alias in node.names if alias.name != self.name]
                text = exchanged(text, [_with_aliases(goal, node, kept)])
        self.changed[self.goal] = f"{text.rstrip()}\n\n\n{piece}\n".lstrip("\n")
        if needed:
            self.imports[self.goal] = needed

    def _follow(self, path: Path, text: str) -> None:
        """Have the imports of another file lead to the new place."""
        source = Source(text)
        pieces: list[Piece] = []
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            names = [a for a in node.names if a.name == self.name]
            if not names or self.root.module_of(node, path) != self.root.dotted(self.home):
                continue
            moved = ast.ImportFrom(self.root.dotted(self.goal), names, 0)
            kept = [a for a in node.names if a.name != self.name]
            lines = [ast.unparse(moved)]
            if kept:
                lines.insert(0, ast.unparse(ast.ImportFrom(node.module, kept, node.level)))
            indent = " " * node.col_offset
            pieces.append((source.span(node), f"\n{indent}".join(lines)))
        if pieces:
            self.changed[path] = exchanged(text, pieces)

    def _refuse_circle(self) -> None:
        after = {**self.texts, **self.changed}
        for path in (self.goal, self.home):
            if self.root.circle(path, after, self.imports) is None:
                continue
            if self.root.circle(path, self.texts, {}) is None:
                raise Unfit(
                    f"{path.name} would import a module that imports it; choose another module, or "
                    "move what both need first."
                )


def _is_exported(body: list[ast.stmt], name: str) -> bool:
    return any(
        "__all__" in bound_by(node)
        and any(isinstance(n, ast.Constant) and n.value == name for n in ast.walk(node))
        for node in body
    )


def _without_rows(source: Source, first: int, last: int) -> str:
    start, end = source.rows(first, last)
    above, below = source.text[:start].rstrip(), source.text[end:].lstrip("\n")
    if not below.strip():
        return f"{above}\n" if above else ""
    return f"{above}\n\n\n{below}" if above else below


def _with_aliases(
    source: Source, node: ast.Import | ast.ImportFrom, kept: list[ast.alias]
) -> Piece:
    """Return the place of an import and what it becomes; nothing, with its lines, for no name."""
    if not kept:
        return source.rows(node.lineno, node.end_lineno or node.lineno), ""
    return source.span(node), ast.unparse(only(node, kept))
