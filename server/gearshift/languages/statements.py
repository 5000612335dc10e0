"""What statements of Python's own trees bind: the one place that says it."""

from __future__ import annotations

import ast

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


def bound_name(alias: ast.alias) -> str:
    """Return the name that one part of an import binds: `a` for `a.b`, `c` for `a.b as c`."""
    return (alias.asname or alias.name).split(".")[0]


def bound_by(node: ast.stmt) -> set[str]:
    """Return the names that a statement of a module binds there."""
    if isinstance(node, IMPORTS):
        return {bound_name(alias) for alias in node.names}
    if isinstance(node, DEFINITIONS):
        return {node.name}
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _binds(n)}


def bound_anywhere(tree: ast.Module) -> set[str]:
    """Return every name that any scope binds: classes, imports, type parameters, variables."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and _binds(node):
            bound.add(node.id)
        elif isinstance(node, ast.alias):
            bound.add(bound_name(node))
        elif isinstance(node, DEFINITIONS):
            bound.add(node.name)
        elif type(node).__name__ in {"TypeVar", "ParamSpec", "TypeVarTuple"}:
            bound.add(str(getattr(node, "name", "")))
    return bound


def only(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    """Return the import reduced to some of its names."""
    if isinstance(node, ast.Import):
        return ast.Import(names)
    return ast.ImportFrom(node.module, names, node.level)


def _binds(name: ast.Name) -> bool:
    return not isinstance(name.ctx, ast.Load)
