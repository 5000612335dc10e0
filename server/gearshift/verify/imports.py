"""Imports that nothing uses: found, and taken out where a draft left them."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines
from gearshift.core.verification import Verdict
from gearshift.languages.statements import IMPORTS, bound_name, only

if TYPE_CHECKING:
    from gearshift.verify.change import Change


def imports_used(change: Change) -> Verdict:
    """Fail if an import is new and nothing uses it, or the draft left one without use."""
    names = newly_unused(change)
    if not names:
        return Verdict(True, "imports")
    listed = ", ".join(f"`{name}`" for name in names)
    verb = "is" if len(names) == 1 else "are"
    return Verdict(False, "imports", f"{listed} {verb} imported and not used.")


def newly_unused(change: Change) -> tuple[str, ...]:
    """Return the imported names that nothing reads now and that were not so before, sorted."""
    if change.trees is None:
        return ()
    before, after = (unused_imports(tree) for tree in change.trees)
    return tuple(sorted(after - before))


def unused_imports(tree: ast.Module) -> set[str]:
    """Return the names that top-level imports bind and nothing in the module reads.

    An import `x as x`, one from `__future__`, and what `__all__` names are there for others.
    """
    bound = {name for node in tree.body for name in _bound(node)}
    if not bound:
        return set()
    return bound - _read(tree)


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return []
    if not isinstance(node, IMPORTS):
        return []
    shown = (a for a in node.names if a.name != "*" and a.asname != a.name)
    return [bound_name(alias) for alias in shown]


def _read(tree: ast.Module) -> set[str]:
    """Return all names that are read, and the words of strings: annotations and `__all__`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if len(text) < 200:
                found |= set("".join(c if c.isidentifier() else " " for c in text).split())
    return found


def without_unused(change: Change) -> str:
    """Return the text after the change without the imports that it left without use.

    One that was there before goes only if it is of the standard library: others may be there for
    what importing them does.
    """
    if change.trees is None:
        return change.after
    added = {n for node in change.trees[1].body for n in _bound(node)}
    added -= {n for node in change.trees[0].body for n in _bound(node)}
    doomed = set(newly_unused(change))
    lines = split_lines(change.after)
    for node in reversed(change.trees[1].body):
        if not isinstance(node, IMPORTS) or not doomed & set(_bound(node)):
            continue
        kept = [a for a in node.names if not _goes(node, a, doomed, added)]
        if len(kept) == len(node.names) or node.end_lineno is None:
            continue
        first, last = node.lineno - 1, node.end_lineno
        if any(mark in "".join(lines[first:last]) for mark in ("#", ";")):
            continue
        ending = "\r\n" if lines[first].endswith("\r\n") else "\n"
        lines[first:last] = [ast.unparse(only(node, kept)) + ending] if kept else []
        if not kept and first == 0:
            while lines and not lines[0].strip():
                del lines[0]
    return "".join(lines)


def _goes(
    node: ast.Import | ast.ImportFrom, alias: ast.alias, doomed: set[str], added: set[str]
) -> bool:
    name = bound_name(alias)
    module = node.module if isinstance(node, ast.ImportFrom) else alias.name
    is_standard = (module or "").split(".")[0] in sys.stdlib_module_names
    return name in doomed and (name in added or is_standard)
