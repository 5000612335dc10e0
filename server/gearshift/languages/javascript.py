"""JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.languages.language import Import, Language, SymbolKind, TestFiles

if TYPE_CHECKING:
    from tree_sitter import Node

SYMBOLS: tuple[tuple[SymbolKind, str], ...] = (
    ("function", "(function_declaration)"),
    ("function", "(generator_function_declaration)"),
    ("method", "(method_definition)"),
    ("class", "(class_declaration)"),
    (
        "function",
        "(variable_declarator value: [(arrow_function) (function_expression)])",
    ),
)
"""Shared with TypeScript, whose grammar extends this one."""
WRAPPERS = frozenset({"export_statement", "lexical_declaration", "variable_declaration"})
STRINGS = frozenset({"string", "template_string", "regex"})


def imports(root: Node) -> tuple[Import, ...]:
    """Return what the file imports, requires at the margin, or exports from elsewhere."""
    found: list[Import] = []
    for node in root.named_children:
        source = _source(node)
        if node.type == "import_statement" and source:
            found += _clause(node, source)
        elif node.type == "export_statement" and source:
            found += _re_exports(node, source)
        elif node.type in {"lexical_declaration", "variable_declaration"}:
            for declarator in node.named_children:
                found += _required(declarator)
    return tuple(found)


def _clause(statement: Node, source: str) -> list[Import]:
    clause = next((n for n in statement.named_children if n.type == "import_clause"), None)
    found: list[Import] = []
    for part in clause.named_children if clause else ():
        if part.type == "identifier":
            found.append(Import(source, "default", _text(part)))
        elif part.type == "namespace_import":
            found += [Import(source, "", _text(name)) for name in part.named_children]
        elif part.type == "named_imports":
            found += [_specified(name, source) for name in part.named_children]
    return found


def _re_exports(statement: Node, source: str) -> list[Import]:
    clause = next((n for n in statement.named_children if n.type == "export_clause"), None)
    if clause is None:
        return [Import(source, "*")]
    return [_specified(name, source) for name in clause.named_children]


def _specified(specifier: Node, source: str) -> Import:
    name = _text(specifier.child_by_field_name("name"))
    return Import(source, name, _text(specifier.child_by_field_name("alias")) or name)


def _required(declarator: Node) -> list[Import]:
    """Return what `const x = require("…")` or `const {x, y: z} = require("…")` binds."""
    value = declarator.child_by_field_name("value")
    if value is None or _text(value.child_by_field_name("function")) != "require":
        return []
    call = value.child_by_field_name("arguments")
    argument = next(iter(call.named_children), None) if call else None
    source = _text(argument)[1:-1] if argument and argument.type == "string" else ""
    pattern = declarator.child_by_field_name("name")
    if not source or pattern is None:
        return []
    if pattern.type == "identifier":
        return [Import(source, "", _text(pattern))]
    found: list[Import] = []
    for part in pattern.named_children:
        name = _text(part.child_by_field_name("key")) or _text(part)
        found.append(Import(source, name, _text(part.child_by_field_name("value")) or name))
    return found


def _source(node: Node) -> str:
    return _text(node.child_by_field_name("source"))[1:-1]


def _text(node: Node | None) -> str:
    return node.text.decode(errors="replace") if node is not None and node.text else ""


JAVASCRIPT = Language(
    name="JavaScript",
    ids=("javascript", "javascriptreact"),
    extensions=(".js", ".mjs", ".cjs", ".jsx"),
    line_comment="//",
    block_comment=("/*", "*/"),
    quotes=('"', "'", "`"),
    grammar=("tree_sitter_javascript", "language"),
    symbols=SYMBOLS,
    wrappers=WRAPPERS,
    strings=STRINGS,
    imports=imports,
    tests=TestFiles("Jest", "{stem}.test.js", ("*.test.*", "*.spec.*")),
)
