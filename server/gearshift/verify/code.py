"""The code itself is unchanged: all that a documenting or typing draft may add is left aside."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict

if TYPE_CHECKING:
    from tree_sitter import Node

    from gearshift.verify.change import Change

Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_kept(change: Change) -> Verdict:
    """Fail if anything but comments and docstrings differs."""
    if change.trees is not None:
        before, after = (ast.dump(_undocumented(tree)) for tree in change.trees)
    else:
        before, after = (_tokens(change.language, text) for text in (change.before, change.after))
    if before == after:
        return Verdict(True, "code")
    return Verdict(False, "code", "The code itself changed; only comments and docs may.")


def code_kept_but_types(change: Change) -> Verdict:
    """Fail if anything but annotations, imports, comments and docstrings differs.

    Languages other than Python pass: where their types begin and end is for their compilers.
    """
    if change.trees is None:
        return Verdict(True, "types")
    before, after = (_Untyped().visit(_undocumented(tree)) for tree in change.trees)
    if ast.dump(before) == ast.dump(after):
        return Verdict(True, "types")
    return Verdict(False, "types", "The code itself changed; only type annotations may be added.")


def _undocumented(tree: ast.Module) -> ast.Module:
    tree = copy.deepcopy(tree)
    for node in ast.walk(tree):
        if isinstance(node, Documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
            # A docstring makes `pass` needless, so a body of `pass` alone equals none.
        if isinstance(node, Documented) and all(isinstance(n, ast.Pass) for n in node.body):
            node.body = []
    return tree


class _Untyped(ast.NodeTransformer):
    """Removes annotations, and the imports, aliases and blocks that only types need."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return ast.Assign([node.target], node.value, lineno=0) if node.value else None

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return None
        return self.generic_visit(node)


def _tokens(language: str, text: str) -> str:
    """Return the text of all tokens but comments, each on its own line."""
    from gearshift.languages import language_of
    from gearshift.languages.tree import parse

    facts = language_of(language)
    if facts.grammar is None:
        return text
    found: list[str] = []
    nodes: list[Node] = [parse(facts, text).root_node]
    while nodes:
        node = nodes.pop()
        if node.type in facts.comments:
            continue
        if node.child_count:
            nodes += reversed(node.children)
        elif node.text:
            found.append(node.text.decode("utf-8", "replace"))
    return "\n".join(found)
