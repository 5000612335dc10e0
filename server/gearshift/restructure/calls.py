"""The calls of a function become what it returns, in all files that call it."""

from __future__ import annotations

import ast
import builtins
from itertools import pairwise
from typing import TYPE_CHECKING

from gearshift.languages.statements import bound_by
from gearshift.restructure.inlining import put_in, returned
from gearshift.restructure.moving import Unfit
from gearshift.restructure.places import bindings
from gearshift.restructure.source import (
    Function,
    Piece,
    Source,
    parents_of,
    put_in_places,
    read_in,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def without_function(
    texts: Mapping[str, str], home: str, name: str, places: Mapping[str, list[int]]
) -> dict[str, str]:
    """Return the changed texts; `places` are where the function is named, in characters.

    Raises Unfit where a place is no call, or where what it returns would mean something else.
    """
    of = Source(texts[home])
    node = next((n for n in of.tree.body if isinstance(n, Function) and n.name == name), None)
    if not isinstance(node, ast.FunctionDef) or returned(node) is None:
        raise Unfit(f"`{name}` is no function of one `return` without decorators.")
    changed: dict[str, str] = {}
    count = 0
    for path, offsets in places.items():
        source = of if path == home else Source(texts[path])
        fixed, values = _pieces(_Site(source, of, node, is_home=path == home), offsets)
        count += len(values)
        changed[path] = put_in_places(source.text, fixed, values)
    if not count:
        raise Unfit(f"Nothing in this project calls `{name}`.")
    return changed


class _Site:
    """A file with calls of the function."""

    def __init__(
        self, source: Source, of: Source, function: ast.FunctionDef, *, is_home: bool
    ) -> None:
        self.source = source
        self.of = of
        self.function = function
        self.is_home = is_home
        self.parents = parents_of(source.tree)
        value = returned(function)
        assert value is not None
        own = {a.arg for a in ast.walk(function.args) if isinstance(a, ast.arg)}
        self.free = read_in(value) - own - set(dir(builtins))

    def at(self, offset: int) -> ast.AST | None:
        """Return the name or import at a place; None: the definition itself."""
        for node in ast.walk(self.source.tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                start, end = self.source.span(node)
                if start <= offset < end:
                    return node
            if isinstance(node, ast.Name) and self.source.span(node)[0] == offset:
                return node
            if isinstance(node, ast.Attribute):
                end = self.source.span(node)[1]
                if end - len(node.attr) == offset:
                    return node
        return None

    def fault(self, node: ast.AST) -> str | None:
        """Return why the names that the function reads are not there or mean something else."""
        if self.free and not self.is_home:
            return f"it reads {_listed(self.free)} of its own module"
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, Function):
                local = {name for name, _, _ in bindings(node)} & self.free
                if local:
                    return f"{_listed(local)} means something else there"
        return None


def _listed(names: set[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _pieces(site: _Site, offsets: list[int]) -> tuple[list[Piece], list[Piece]]:
    """Return what goes, and what comes in the places of the calls."""
    name, source = site.function.name, site.source
    fixed: list[Piece] = [_definition(site)] if site.is_home else []
    values: list[Piece] = []
    for offset in offsets:
        node = site.at(offset)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            fixed.append(_without_alias(source, node, name))
        elif node is not None:
            values.append(_value(site, node, source.row_at(offset)))
    spans = sorted(span for span, _ in values)
    if any(a[1] > b[0] for a, b in pairwise(spans)):
        raise Unfit(f"One call of `{name}` is inside another.")
    return fixed, values


def _value(site: _Site, node: ast.AST, line: int) -> Piece:
    name, call = site.function.name, site.parents.get(node)
    if not isinstance(call, ast.Call) or call.func is not node:
        raise Unfit(f"`{name}` is used in line {line} without being called.")
    words = put_in(site.source, site.function, call, site.of)
    why = site.fault(call) if words is not None else "its arguments can't be put in safely"
    if words is None or why is not None:
        raise Unfit(f"The call of `{name}` in line {line} has to stay: {why}.")
    return site.source.span(call), words


def _without_alias(source: Source, node: ast.Import | ast.ImportFrom, name: str) -> Piece:
    kept = [alias for alias in node.names if alias.name != name]
    if isinstance(node, ast.Import) or any(a.asname for a in node.names if a.name == name):
        raise Unfit(f"`{name}` is imported under another name in line {node.lineno}.")
    if not kept:
        return source.rows(node.lineno, node.end_lineno or node.lineno), ""
    return source.span(node), ast.unparse(ast.ImportFrom(node.module, kept, node.level))


def _definition(site: _Site) -> Piece:
    """Return the definition's lines with the blank ones below, as what is to go."""
    source, name = site.source, site.function.name
    for node in source.tree.body:
        exports = "__all__" in bound_by(node)
        if exports and any(isinstance(n, ast.Constant) and n.value == name for n in ast.walk(node)):
            raise Unfit(f"`{name}` is handed on in `__all__`.")
    first, last = source.definition_rows(site.function)
    while last < len(source.lines) and not source.lines[last].strip():
        last += 1
    return source.rows(first, min(last, len(source.lines))), ""
