"""A draft leaves its file parsing no worse, and what was worked on is still there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gearshift.core.document import Snapshot
from gearshift.core.verification import Verdict
from gearshift.verify.change import Change, syntax_error

if TYPE_CHECKING:
    from collections.abc import Iterator


def parses_no_worse(change: Change) -> Verdict:
    """Fail if the file has more syntax errors than before; a file that was broken may stay so."""
    from gearshift.languages.syntax import error_count

    if change.language == "python":
        if change.tree_after is not None:
            return Verdict(True, "parse")
        if change.tree_before is not None:
            return Verdict(False, "parse", f"It does not parse: {syntax_error(change.after)}.")
    before = error_count(change.language, change.before)
    after = error_count(change.language, change.after)
    if after > before:
        places = "one place" if after - before == 1 else f"{after - before} places"
        return Verdict(False, "parse", f"It does not parse: syntax errors in {places}.")
    return Verdict(True, "parse")


def symbol_present(change: Change) -> Verdict:
    """Fail if the function or class that was worked on can't be found afterwards."""
    from gearshift.languages.syntax import find_symbol

    if change.symbol is None:
        return Verdict(True, "symbol")
    if change.tree_after is not None:
        found = change.symbol in set(_definitions(change.tree_after, ""))
        return Verdict(found, "symbol", "" if found else f"`{change.symbol}` is no longer there.")
    after = Snapshot.from_text(change.after, language=change.language)
    if find_symbol(after, change.symbol) is None:
        return Verdict(False, "symbol", f"`{change.symbol}` is no longer there.")
    return Verdict(True, "symbol")


def _definitions(node: ast.AST, prefix: str) -> Iterator[str]:
    """Yield the qualified names of all functions and classes, in whatever blocks they stand."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield prefix + child.name
            yield from _definitions(child, f"{prefix}{child.name}.")
        else:
            yield from _definitions(child, prefix)
