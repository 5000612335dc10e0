"""Tests that say the same again: alike but for the values they pass, and worth no more."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from gearshift.verify.change import parse
from gearshift.verify.suite import test_nodes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

EXPECTING = ("assert", "approx")
"""How the names of calls begin that are given what is expected."""


def without_likes(
    text: str, names: Sequence[str], worth: Mapping[str, tuple[object, Set[str]]]
) -> list[str]:
    """Return the names without tests that repeat an earlier one.

    Such a test expects the same, passes values of the same types, of which none is empty or zero
    where the other's is not, runs the same (the first part of its `worth`) and notices no fault
    (the second) that the other does not.
    """
    outlines = _outlines(text)
    kept: list[str] = []
    for name in names:
        ran, noticed = worth[name]
        likes = (each for each in kept if outlines.get(each) == outlines.get(name))
        if not any(worth[each][0] == ran and noticed <= worth[each][1] for each in likes):
            kept.append(name)
    return kept


def _outlines(text: str) -> dict[str, str]:
    tree = parse(text)
    found: dict[str, str] = {}
    for name, node in test_nodes(tree) if tree else ():
        blank = _Blanked()
        body = [blank.visit(copy.deepcopy(statement)) for statement in node.body]
        found[name] = "\n".join(map(ast.dump, [*node.decorator_list, node.args, *body]))
    return found


class _Blanked(ast.NodeTransformer):
    """Puts its type and whether it is empty in the place of each value passed to a call."""

    def __init__(self) -> None:
        self._calls = 0

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Blank what is passed; what is called stays, and what an assertion expects."""
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        is_passing = not called.startswith(EXPECTING)
        self._calls += is_passing
        self.generic_visit(node)
        self._calls -= is_passing
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Blank a value within a call."""
        is_passed = self._calls > 0
        return ast.Constant(f"{type(node.value)} {bool(node.value)}") if is_passed else node
