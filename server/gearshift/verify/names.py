"""Undefined names that a draft brings into a Python file."""

from __future__ import annotations

import ast
import symtable
import warnings
from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict
from gearshift.languages.bindings import KNOWN
from gearshift.languages.statements import bound_anywhere

if TYPE_CHECKING:
    from gearshift.verify.change import Change


def names_defined(change: Change) -> Verdict:
    """Fail if the file uses names afterwards that are defined nowhere and were not used before."""
    missing = new_undefined_names(change)
    if not missing:
        return Verdict(True, "names")
    names = ", ".join(f"`{name}`" for name in missing)
    verb = "is" if len(missing) == 1 else "are"
    return Verdict(False, "names", f"{names} {verb} used but not defined or imported.")


def new_undefined_names(change: Change) -> tuple[str, ...]:
    """Return the names, sorted; none where the file can't be judged (`import *`, not Python)."""
    if change.trees is None:
        return ()
    known_before = undefined_names(change.before, change.trees[0])
    return tuple(sorted(undefined_names(change.after, change.trees[1]) - known_before))


def undefined_names(text: str, tree: ast.Module) -> set[str]:
    """Return the names that are read as globals and bound nowhere in the module.

    A module that can bind names unseen (`import *`, `globals()`, `exec`) has none.
    """
    if _binds_unseen(tree):
        return set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            top = symtable.symtable(text, "module", "exec")
        except (SyntaxError, ValueError, RecursionError):
            return set()
    bound = {s.get_name() for s in top.get_symbols() if _is_bound(s)}
    read: set[str] = set()
    tables = [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            is_global = table is top or symbol.is_global()
            if is_global and symbol.is_assigned():
                bound.add(symbol.get_name())  # `global x` in a function
            if is_global and symbol.is_referenced():
                read.add(symbol.get_name())
    # Deferred annotations are in no symbol table; what any scope binds is good enough for them.
    anywhere = bound | bound_anywhere(tree)
    return (read - bound - KNOWN) | (_annotation_names(tree) - anywhere - KNOWN)


def _is_bound(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()


def _binds_unseen(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names):
            return True
        if isinstance(node, ast.Name) and node.id in {"globals", "exec", "vars"}:
            return True
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
            return True
    return False


def _annotation_names(tree: ast.Module) -> set[str]:
    annotations: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            annotations.append(node.annotation)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns:
            annotations.append(node.returns)
    return {n.id for a in annotations for n in ast.walk(a) if isinstance(n, ast.Name)}
