"""The names that a stretch of code uses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from gearshift.languages.tree import SyntaxTree

NAME = re.compile(rb"[A-Za-z_$][\w$]*")
NAME_TYPES = frozenset({"constant", "name"})
"""Node types of names that do not call themselves identifiers (Ruby, PHP)."""
MEMBER_TYPES = frozenset(
    {"attribute", "member_expression", "selector_expression", "field_expression", "qualified_type"}
)


class Use(NamedTuple):
    """A name where it is used."""

    name: str
    line: int
    owner: str = ""
    """The plain name before the dot (`store` in `store.load`); empty: it stands alone."""
    is_called: bool = False
    """Whether an opening parenthesis follows."""


def uses(tree: SyntaxTree, first_line: int, last_line: int) -> list[Use]:
    """Return the names in these lines, in order; strings and comments have none."""
    return list(_walk(tree, first_line, last_line))


def _walk(tree: SyntaxTree, first_line: int, last_line: int) -> Iterator[Use]:
    pending = [tree.root]
    while pending:
        node = pending.pop()
        if node.end_point[0] < first_line or node.start_point[0] > last_line:
            continue
        is_called = tree.source[node.end_byte : node.end_byte + 1] == b"("
        if node.type in MEMBER_TYPES and (use := _member(node, is_called)) is not None:
            yield use
        if not node.child_count:
            if _is_name(node) and node.text:
                yield Use(node.text.decode(), node.start_point[0], "", is_called)
            continue
        pending += reversed(node.children)


def _is_name(node: tree_sitter.Node) -> bool:
    if not node.is_named or not ("identifier" in node.type or node.type in NAME_TYPES):
        return False
    return bool(node.text and NAME.fullmatch(node.text))


def _member(node: tree_sitter.Node, is_called: bool) -> Use | None:
    named = node.named_children
    if len(named) != 2 or not all(_is_name(part) for part in named):
        return None
    owner, name = (part.text.decode() for part in named if part.text)
    return Use(name, node.start_point[0], owner, is_called)
