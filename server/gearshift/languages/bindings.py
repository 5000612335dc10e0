"""Names of a Python text: what a piece of it reads, and whether that is bound where it stands."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

MODULE_NAMES = frozenset(
    {"__file__", "__name__", "__doc__", "__path__", "__package__", "__spec__", "__loader__"}
    | {"__annotations__", "__builtins__", "__class__", "__debug__", "__dict__", "__module__"}
    | {"__qualname__", "WindowsError", "reveal_type", "reveal_locals"}
)
KNOWN = frozenset(dir(builtins)) | MODULE_NAMES
"""Names that every module has."""
SCOPES = frozenset(
    {"module", "function_definition", "class_definition", "lambda"}
    | {"list_comprehension", "set_comprehension", "dictionary_comprehension"}
    | {"generator_expression"}
)
PATTERNS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"}
    | {"dictionary_splat_pattern", "as_pattern_target", "tuple", "list", "list_splat"}
    | {"parenthesized_expression", "type", "generic_type", "expression_list"}
)
"""Nodes between a name and the statement that binds it."""
BOUND_FIELDS = {
    "assignment": "left",
    "augmented_assignment": "left",
    "for_statement": "left",
    "for_in_clause": "left",
    "named_expression": "name",
    "default_parameter": "name",
    "typed_default_parameter": "name",
    "aliased_import": "alias",
    "as_pattern": "alias",
    "function_definition": "name",
    "class_definition": "name",
    "type_alias_statement": "left",
}
"""Node type, and the field that holds what it binds."""
BINDERS = frozenset(
    {"parameters", "lambda_parameters", "typed_parameter", "global_statement"}
    | {"nonlocal_statement", "type_parameter", "case_pattern", "splat_pattern"}
    | {"keyword_pattern", "dict_pattern", "ERROR"}
)
"""Nodes all of whose own names count as bound; in text with errors nothing is certain."""
WORD_BYTES = frozenset(
    bytes([n]) for n in range(256) if n >= 0x80 or n == ord("_") or chr(n).isalnum()
)


def names_read(
    root: tree_sitter.Node, start: int, end: int
) -> Iterator[tuple[str, tree_sitter.Node]]:
    """Yield the names that bytes `start` to `end` read, with the first node of each.

    Names that touch text outside are the user's too and count if any part lies within.
    """
    seen: set[str] = set()
    for node in _identifiers(root, start, end):
        name = (node.text or b"").decode("utf-8", "replace")
        if name not in seen and name not in KNOWN and _is_read(node):
            seen.add(name)
            yield name, node


def is_bound(root: tree_sitter.Node, source: bytes, name: str, node: tree_sitter.Node) -> bool:
    """Whether some text of `source`, whose tree is `root`, binds `name` where `node` reads it."""
    return any(
        other != node and _is_visible(scope, node)
        for other in _occurrences(root, source, name)
        if (scope := _binding_scope(other)) is not None
    )


def is_missing(
    root: tree_sitter.Node, source: bytes, name: str, node: tree_sitter.Node, start: int, end: int
) -> bool:
    """Whether nothing binds `name` where `node` reads it, and that is not so elsewhere already.

    Elsewhere: outside the bytes `start` to `end` it is read too, and bound nowhere.
    """
    is_found_elsewhere = is_bound_elsewhere = False
    for other in _occurrences(root, source, name):
        scope = _binding_scope(other)
        if scope is not None and other != node and _is_visible(scope, node):
            return False
        if not (start < other.end_byte and other.start_byte < end):
            is_bound_elsewhere = is_bound_elsewhere or scope is not None
            is_found_elsewhere = is_found_elsewhere or scope is not None or _is_read(other)
    return is_bound_elsewhere or not is_found_elsewhere


def is_bound_around(
    root: tree_sitter.Node, source: bytes, name: str, node: tree_sitter.Node, start: int, end: int
) -> bool:
    """Whether text outside the bytes `start` to `end`, which `node` lies in, binds `name` for
    whatever stands there: a class's names are not seen in all that may."""
    return any(
        scope is not None and scope.type != "class_definition" and _is_visible(scope, node)
        for other in _occurrences(root, source, name)
        if other.end_byte <= start or other.start_byte >= end
        for scope in (_binding_scope(other),)
    )


def _identifiers(root: tree_sitter.Node, start: int, end: int) -> Iterator[tree_sitter.Node]:
    # Straight to the smallest node around them: a long class has a hundred children.
    pending = [root.descendant_for_byte_range(start, end) or root]
    while pending:
        node = pending.pop()
        if node.end_byte <= start or node.start_byte >= end:
            continue
        if node.type == "identifier":
            if not node.is_missing:  # which the grammar puts in, without a text
                yield node
        else:
            pending += reversed(node.children)


def _occurrences(root: tree_sitter.Node, source: bytes, name: str) -> Iterator[tree_sitter.Node]:
    # Four times as fast as a regular expression that looks for whole words.
    word = name.encode("utf-8", "replace")
    at = source.find(word)
    while at >= 0:
        end = at + len(word)
        if source[at - 1 : at] not in WORD_BYTES and source[end : end + 1] not in WORD_BYTES:
            node = root.descendant_for_byte_range(at, end)
            if node is not None and node.type == "identifier":
                yield node
        at = source.find(word, end)


def _is_read(node: tree_sitter.Node) -> bool:
    """Whether an identifier is a name that is looked up: no attribute, keyword or binding."""
    parent = node.parent
    if parent is None or _binding_scope(node) is not None:
        return False
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") != node
    if parent.type == "keyword_argument":
        return parent.child_by_field_name("name") != node
    if parent.type == "dotted_name":
        outer = parent.parent
        return outer is None or "import" not in outer.type
    return parent.type not in {"keyword_separator", "format_specifier", "type_conversion"}


def _binding_scope(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """Return the scope in which an identifier binds its name; None: it binds nothing."""
    child, parent = node, node.parent
    if parent is not None and parent.type == "dotted_name":
        return _import_scope(node, parent)
    while parent is not None and parent.type in PATTERNS:
        child, parent = parent, parent.parent
    if parent is None:
        return None
    if not _is_binder(parent, child):
        return None
    is_named = parent.type in {"function_definition", "class_definition"}
    return _scope(parent if not is_named else parent.parent, parent.type)


def _is_binder(parent: tree_sitter.Node, child: tree_sitter.Node) -> bool:
    """Whether `parent` binds the names in `child`."""
    field = BOUND_FIELDS.get(parent.type)
    if field is not None and parent.child_by_field_name(field) == child:
        return True
    if parent.type == "as_pattern":
        # In a `case` the grammar has no field for it.
        in_case = parent.parent is not None and parent.parent.type == "case_pattern"
        return in_case and parent.children[-1] == child
    if parent.type == "typed_parameter":
        return parent.child_by_field_name("type") != child
    if parent.type == "type_parameter":
        # `list[T]` reads T where `class C[T]` and `type C[T]` bind it.
        outer = parent.parent
        return outer is None or outer.type != "generic_type" or _is_alias(outer)
    return parent.type in BINDERS


def _is_alias(generic: tree_sitter.Node) -> bool:
    """Whether a generic type is what a `type` statement defines."""
    kind = generic.parent
    outer = kind.parent if kind is not None else None
    return outer is not None and outer.type == "type_alias_statement"


def _import_scope(node: tree_sitter.Node, dotted: tree_sitter.Node) -> tree_sitter.Node | None:
    outer = dotted.parent
    if outer is None:
        return None
    if outer.type == "case_pattern":
        return _scope(outer, outer.type)
    is_import = outer.type in {"import_statement", "import_from_statement"}
    is_module = outer.child_by_field_name("module_name") == dotted
    is_first = dotted.children[0] == node
    return _scope(outer, outer.type) if is_import and not is_module and is_first else None


def scope_of(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """Return the innermost scope in which a name is read."""
    return _scope(node.parent, "")


def _scope(node: tree_sitter.Node | None, binder: str) -> tree_sitter.Node | None:
    """Return the innermost scope that `node` lies in; `global` and errors bind everywhere."""
    while node is not None and node.parent is not None:
        is_everywhere = binder in {"global_statement", "nonlocal_statement", "ERROR"}
        is_own = binder != "for_in_clause" or node.type != "for_in_clause"
        if node.type in SCOPES and is_own and not is_everywhere:
            return node
        node = node.parent
    return node


def _is_visible(scope: tree_sitter.Node, node: tree_sitter.Node) -> bool:
    """Whether what `scope` binds can be read at `node`; a class's names not from its functions."""
    through_function = False
    inner, outer = node, node.parent
    while outer is not None:
        if outer == scope:
            return not (scope.type == "class_definition" and through_function)
        # Defaults and annotations belong to the scope around their function.
        is_inside = inner.type not in {"parameters", "lambda_parameters", "type"}
        is_function = outer.type in {"function_definition", "lambda"}
        through_function = through_function or (is_function and is_inside)
        inner, outer = outer, outer.parent
    return False
