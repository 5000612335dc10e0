"""Go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.languages.language import Language, TestFiles

if TYPE_CHECKING:
    from tree_sitter import Node


def receiver(node: Node) -> str | None:
    """Return the type that a method is declared on: `Stack` for `func (s *Stack[T]) Push()`."""
    found = node.child_by_field_name("receiver")
    while found is not None and found.type != "type_identifier":
        inner = found.child_by_field_name("type")
        found = inner or next(iter(found.named_children), None)
    return found.text.decode() if found is not None and found.text else None


GO = Language(
    name="Go",
    ids=("go",),
    extensions=(".go",),
    line_comment="//",
    block_comment=("/*", "*/"),
    quotes=('"', "'", "`"),
    grammar=("tree_sitter_go", "language"),
    block_opener=r"[{(\[]\s*$|^\s*(?:case\b.*|default\s*):\s*$",
    symbols=(
        ("function", "(function_declaration)"),
        ("method", "(method_declaration)"),
        ("type", "(type_spec)"),
    ),
    wrappers=frozenset({"type_declaration"}),
    qualifier=receiver,
    strings=frozenset({"interpreted_string_literal", "raw_string_literal", "rune_literal"}),
    tests=TestFiles("the testing package", "{stem}_test.go", ("*_test.go",)),
)
