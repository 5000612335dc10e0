"""TypeScript."""

from __future__ import annotations

from gearshift.languages.javascript import STRINGS, WRAPPERS, imports
from gearshift.languages.javascript import SYMBOLS as JAVASCRIPT_SYMBOLS
from gearshift.languages.language import Language, SymbolKind, TestFiles

SYMBOLS: tuple[tuple[SymbolKind, str], ...] = (
    *JAVASCRIPT_SYMBOLS,
    ("class", "(abstract_class_declaration)"),
    ("interface", "(interface_declaration)"),
    ("enum", "(enum_declaration)"),
    ("type", "(type_alias_declaration)"),
    ("module", "(internal_module)"),
)

TYPESCRIPT = Language(
    name="TypeScript",
    ids=("typescript",),
    extensions=(".ts", ".mts", ".cts"),
    line_comment="//",
    block_comment=("/*", "*/"),
    quotes=('"', "'", "`"),
    grammar=("tree_sitter_typescript", "language_typescript"),
    symbols=SYMBOLS,
    declarations=(("function", "(function_signature)"),),
    wrappers=WRAPPERS | {"ambient_declaration"},
    strings=STRINGS,
    imports=imports,
    tests=TestFiles("Jest", "{stem}.test.ts", ("*.test.*", "*.spec.*")),
)
