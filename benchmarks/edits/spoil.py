"""Spoils correct code in one place, the ways models do; each way is a row of `WAYS`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Span = tuple[ast.AST, str]
"""A node and what to put in its place."""


@dataclass(frozen=True)
class Spoiled:
    """One wrong edit."""

    way: str
    code: str


def spoiled(code: str) -> list[Spoiled]:
    """Return all that can be spoiled in a function, way by way."""
    tree = ast.parse(code)
    found: list[Spoiled] = []
    for way, spans in WAYS.items():
        for node, text in spans(tree):
            changed = replaced(code, node, text)
            if changed != code:
                found.append(Spoiled(way, changed))
    lines = code.split("\n")
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            found.append(Spoiled("stolen comment", "\n".join(lines[:number] + lines[number + 1 :])))
    return found


def replaced(code: str, node: ast.AST, text: str) -> str:
    """Return the code with `text` in place of a node; no text removes a statement's lines."""
    lines = code.split("\n")
    first, last = node.lineno - 1, node.end_lineno - 1
    head = lines[first].encode()[: node.col_offset].decode()
    tail = lines[last].encode()[node.end_col_offset :].decode()
    middle = [] if not text and not head.strip() else [head + text + tail]
    return "\n".join([*lines[:first], *middle, *lines[last + 1 :]])


def _source(node: ast.AST) -> str:
    return ast.unparse(node)


def _dropped_branch(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and not node.orelse:
            yield node, "pass" if _is_alone(tree, node) else ""


def _is_alone(tree: ast.AST, node: ast.stmt) -> bool:
    bodies = [getattr(n, name, []) for n in ast.walk(tree) for name in ("body", "orelse")]
    return any(isinstance(b, list) and len(b) == 1 and b[0] is node for b in bodies)


def _dropped_else(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.IfExp):
            yield node, _source(node.body)


def _swapped_arguments(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) >= 2:
            first, second, *rest = map(_source, node.args)
            rest += [f"{k.arg}={_source(k.value)}" for k in node.keywords if k.arg]
            yield node, f"{_source(node.func)}({', '.join([second, first, *rest])})"


def _swapped_operands(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div, ast.Mod)):
            yield node, _source(ast.BinOp(node.right, node.op, node.left))


def _header(tree: ast.AST) -> ast.FunctionDef:
    return next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))


def _lost_default(tree: ast.AST) -> Iterator[Span]:
    # A default is put out of use by one that no caller meant.
    for default in _header(tree).args.defaults[:1]:
        yield default, "None"


def _changed_default(tree: ast.AST) -> Iterator[Span]:
    for default in [*_header(tree).args.defaults, *_header(tree).args.kw_defaults]:
        if isinstance(default, ast.Constant) and isinstance(default.value, int):
            yield default, str(default.value + 1)


def _renamed_parameter(tree: ast.AST) -> Iterator[Span]:
    for argument in _header(tree).args.args[-1:]:
        yield argument, f"{argument.arg}_value"


def _changed_error(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield node.exc.func, "RuntimeError"


def _dropped_raise(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            yield node, "pass"


def _off_by_one(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(_header(tree)):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node, str(node.value + 1)


def _border(tree: ast.AST) -> Iterator[Span]:
    other = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and type(node.ops[0]) in other:
            ops = [other[type(node.ops[0])](), *node.ops[1:]]
            yield node, _source(ast.Compare(node.left, ops, node.comparators))


def _negated(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.IfExp)):
            yield node.test, _source(ast.UnaryOp(ast.Not(), node.test))


def _and_or(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.BoolOp):
            op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield node, f"({_source(ast.BoolOp(op, node.values))})"


def _dropped_return(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node, _source(node.value)


def _dropped_statement(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign):
            yield node, "pass"


def _changed_text(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(_header(tree)):
        if isinstance(node, (ast.Compare, ast.Return, ast.Subscript)):
            for inner in ast.iter_child_nodes(node):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner, repr(inner.value + "s")


def _unknown_name(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func, f"safe_{node.func.id}"


def _broken(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            yield node, _source(node)[:-1]


def _in_place(tree: ast.AST) -> Iterator[Span]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _source(node.func) != "sorted":
            continue
        if isinstance(node.args[0], ast.Name):
            name = node.args[0].id
            yield node, f"({name}.sort() or {name})"


WAYS: dict[str, Callable[[ast.AST], Iterator[Span]]] = {
    "broken syntax": _broken,
    "unknown name": _unknown_name,
    "renamed parameter": _renamed_parameter,
    "lost default": _lost_default,
    "changed default": _changed_default,
    "changed error": _changed_error,
    "dropped raise": _dropped_raise,
    "changed text": _changed_text,
    "dropped branch": _dropped_branch,
    "dropped else": _dropped_else,
    "swapped arguments": _swapped_arguments,
    "swapped operands": _swapped_operands,
    "off by one": _off_by_one,
    "wrong border": _border,
    "negated condition": _negated,
    "and for or": _and_or,
    "dropped return": _dropped_return,
    "dropped statement": _dropped_statement,
    "argument changed in place": _in_place,
}
