"""Where names and lines are in a text, as rope counts: in characters from its beginning."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def line_offsets(text: str, first: int, last: int) -> tuple[int, int]:
    """Return where the first line begins and the last one ends; lines count from 0."""
    lines = split_lines(text)
    start = sum(map(len, lines[:first]))
    return start, start + sum(map(len, lines[first : last + 1]))


def name_offset(text: str, symbol: str, name: str) -> int | None:
    """Return where `name` is defined: the symbol of that qualified name, or what is bound in it."""
    node = definition(ast.parse(text), symbol)
    if node is None:
        return None
    lines = split_lines(text)
    if node.name == name:
        # The keyword stands on the node's line; decorators are above it.
        line = lines[node.lineno - 1]
        column = line.find(name, _column(line, node.col_offset) + len("def"))
        return sum(map(len, lines[: node.lineno - 1])) + column
    for found_name, row, byte in bindings(node):
        if found_name == name:
            return sum(map(len, lines[: row - 1])) + _column(lines[row - 1], byte)
    return None


def definition(
    tree: ast.Module, symbol: str
) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None:
    """Return the function or class of a qualified name, in whatever blocks it stands."""
    found: ast.AST = tree
    for name in symbol.split("."):
        inner = next((n for n in _definitions(found) if n.name == name), None)
        if inner is None:
            return None
        found = inner
    return found if isinstance(found, Definition) else None


def _definitions(
    node: ast.AST,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield child
        else:
            yield from _definitions(child)


def bindings(node: ast.AST) -> list[tuple[str, int, int]]:
    """Return (name, line from 1, byte) of what a function binds itself: parameters, variables."""
    found: list[tuple[str, int, int]] = []
    nodes = list(ast.iter_child_nodes(node))
    declared: set[str] = set()
    while nodes:
        child = nodes.pop(0)
        if isinstance(child, ast.arg):
            found.append((child.arg, child.lineno, child.col_offset))
        elif isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            found.append((child.id, child.lineno, child.col_offset))
        elif isinstance(child, (ast.Global, ast.Nonlocal)):
            declared |= set(child.names)
        if not isinstance(child, (*Definition, ast.Lambda)):
            nodes += ast.iter_child_nodes(child)
    own = [item for item in found if item[0] not in declared]
    return sorted(own, key=lambda item: item[1:])


def _column(line: str, byte: int) -> int:
    return len(line.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "ignore"))
