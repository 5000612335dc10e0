"""JavaScript."""

from __future__ import annotations

from gearshift.languages.language import Language, SymbolKind, TestFiles

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
    tests=TestFiles("Jest", "{stem}.test.js", ("*.test.*", "*.spec.*")),
)
