"""Words and numbers of a program that a draft loses: messages, keys, limits."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.verify.change import Change

Number = int | float
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+#0 ]*\d*(?:\.\d+)?[a-zA-Z]|\{[^{}]*\}")
"""What a string's formatting fills in: a new way to format has other ones."""
COMMON = 2
"""Numbers up to this, without their sign, come and go with the way a loop is written."""


def literals_kept(change: Change) -> Verdict:
    """Fail if words of strings or numbers are gone; a number may be folded into another."""
    if change.trees is None:
        return _words_kept(change)
    before, after = change.trees
    lost = words_of(before) - words_of(after) - _identifiers(after)
    if lost:
        return _failed(f"the text `{_text_with(before, lost)}`")
    gone = _numbers(before) - _numbers(after) - _folded(before, after)
    if gone:
        return _failed(f"the number {min(gone, key=str)}")
    return Verdict(True, "literals")


def literals_same(change: Change) -> Verdict:
    """Fail unless there are exactly the literals of before, once each at least (Python).

    For edits that only move code about.
    """
    if change.trees is None:
        return literals_kept(change)
    before, after = ({repr(v) for v in _constants(tree)} for tree in change.trees)
    if before == after:
        return Verdict(True, "literals")
    if before - after:
        return _failed(min(before - after))
    return Verdict(False, "literals", f"The literal {min(after - before)} is new; only move code.")


def _failed(what: str) -> Verdict:
    return Verdict(False, "literals", f"It lost {what}; keep it.")


def words_of(tree: ast.AST) -> set[str]:
    """Return the words in the strings of `tree`, docstrings left aside."""
    found: set[str] = set()
    for value in _constants(tree):
        if isinstance(value, (str, bytes)):
            found |= _words_in(value if isinstance(value, str) else value.decode("latin-1"))
    return found


def _words_in(text: str) -> set[str]:
    return set(_WORD.findall(_PLACEHOLDER.sub(" ", text)))


def _text_with(tree: ast.AST, lost: set[str]) -> str:
    texts = [v for v in _constants(tree) if isinstance(v, str) and _words_in(v) & lost]
    text = texts[0] if texts else min(lost)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _constants(tree: ast.AST) -> Iterator[object]:
    """Yield the values of all constants but docstrings and other bare strings."""
    nodes: list[ast.AST] = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Constant):
            yield node.value
        nodes += [child for child in ast.iter_child_nodes(node) if not _is_bare_string(child)]


def _is_bare_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _identifiers(tree: ast.AST) -> set[str]:
    """Return the words in names: a string may become a name (`NamedTuple`, keyword arguments)."""
    found: set[str] = set()
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                found |= set(_WORD.findall(value))
    return found


def _numbers(tree: ast.AST) -> set[Number]:
    return {
        v
        for v in _constants(tree)
        if isinstance(v, (int, float)) and not isinstance(v, bool) and abs(v) > COMMON
    }


def _folded(before: ast.AST, after: ast.AST) -> set[Number]:
    """Return the numbers of sums and products whose result stands in `after`."""
    results = _numbers(after)
    found: set[Number] = set()
    for node in ast.walk(before):
        if isinstance(node, ast.BinOp) and _value(node) in results:
            found |= _numbers(ast.Expression(node))
    return found


def _value(node: ast.expr) -> Number | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if not isinstance(node, ast.BinOp):
        return None
    left, right = _value(node.left), _value(node.right)
    if left is None or right is None:
        return None
    if isinstance(node.op, ast.Add):
        return left + right
    if isinstance(node.op, ast.Sub):
        return left - right
    return left * right if isinstance(node.op, ast.Mult) else None


def _words_kept(change: Change) -> Verdict:
    """The same for other languages, by the string nodes of their grammars."""
    before = _strings(change.language, change.before)
    lost = {w for text in before for w in _words_in(text)} - set(_WORD.findall(change.after))
    if not lost:
        return Verdict(True, "literals")
    text = next(t for t in before if _words_in(t) & lost)
    return _failed(f"the text `{text if len(text) <= 60 else text[:57] + '…'}`")


def _strings(language: str, text: str) -> list[str]:
    from gearshift.languages import language_of
    from gearshift.languages.tree import parse

    facts = language_of(language)
    if facts.grammar is None or not facts.strings:
        return []
    found: list[str] = []
    nodes = [parse(facts, text).root_node]
    while nodes:
        node = nodes.pop()
        if node.type in facts.strings and node.text:
            found.append(node.text.decode("utf-8", "replace").strip("\"'`"))
        else:
            nodes += reversed(node.children)
    return found
