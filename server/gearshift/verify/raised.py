"""The errors that code raises on purpose, which callers catch."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict

if TYPE_CHECKING:
    from gearshift.verify.change import Change


def errors_kept(change: Change) -> Verdict:
    """Fail if an error that was raised by name is raised nowhere any more (Python)."""
    if change.trees is None:
        return Verdict(True, "errors")
    before, after = (raised_errors(tree) for tree in change.trees)
    lost = sorted(before - after)
    if not lost:
        return Verdict(True, "errors")
    return Verdict(False, "errors", f"It no longer raises `{lost[0]}`; keep the errors it raises.")


def raised_errors(tree: ast.AST) -> set[str]:
    """Return the names of the errors that `raise` statements name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(error, ast.Name) and error.id[:1].isupper():
                found.add(error.id)
            elif isinstance(error, ast.Attribute):
                found.add(error.attr)
    return found


def function_of(tree: ast.Module, qualified: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the function or method of that qualified name; None: there is none."""
    body: list[ast.stmt] = tree.body
    *owners, name = qualified.split(".")
    for owner in owners:
        node = next((n for n in body if getattr(n, "name", None) == owner), None)
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        body = node.body
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
            return node
    return None
