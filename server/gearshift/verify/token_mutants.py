"""Small faults put into code of any parsed language: operators, numbers, truth values swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.languages import language_of
from gearshift.languages.tree import parse
from gearshift.verify.mutants import Mutant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

SWAPPED = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "==": "!=",
    "!=": "==",
    "===": "!==",
    "!==": "===",
    "+": "-",
    "-": "+",
    "*": "+",
    "/": "*",
    "%": "*",
    "&&": "||",
    "||": "&&",
    "+=": "-=",
    "-=": "+=",
    "*=": "+=",
    "true": "false",
    "false": "true",
}
NUMBERS = frozenset({"number", "int_literal", "float_literal", "integer_literal"})
OPERATIONS = frozenset(
    {"binary_expression", "augmented_assignment_expression", "compound_assignment_expr"}
    | {"assignment_statement", "boolean_literal"}
)
"""Kinds of nodes whose operator counts: a `<` may also open type arguments."""


def token_mutants(language: str, text: str, first: int, last: int) -> tuple[Mutant, ...]:
    """Return the faulty versions of lines `first` to `last`, from 1; lines take turns."""
    source = text.encode()
    found: list[tuple[int, Mutant]] = []
    seen: dict[int, int] = {}
    for node in _leaves(parse(language_of(language), text).root_node):
        line = node.start_point[0] + 1
        fault = _fault(node) if first <= line <= last else None
        if fault is None:
            continue
        seen[line] = seen.get(line, 0) + 1
        after = source[: node.start_byte] + fault.encode() + source[node.end_byte :]
        shown = source[node.start_byte : node.end_byte].decode()
        change = f"`{shown}` became `{fault}` in line {line}"
        found.append((seen[line], Mutant(line, change, after.decode())))
    return tuple(mutant for _, mutant in sorted(found, key=lambda entry: entry[0]))


def _leaves(root: Node) -> Iterator[Node]:
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if node.child_count == 0:
            yield node
        nodes += reversed(node.children)


def _fault(node: Node) -> str | None:
    text = node.text.decode("utf-8", "replace") if node.text else ""
    if node.type in NUMBERS:
        return str(int(text) + 1) if text.isdecimal() else None
    if node.type in ("true", "false"):
        return SWAPPED[node.type]
    parent = node.parent
    if parent is None or parent.type not in OPERATIONS:
        return None
    return SWAPPED.get(text) if text == node.type or node.type in ("true", "false") else None
