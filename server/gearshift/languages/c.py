"""C."""

from __future__ import annotations

from gearshift.languages.language import Language, TestFiles

C = Language(
    name="C",
    ids=("c",),
    extensions=(".c", ".h"),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=("tree_sitter_c", "language"),
    symbols=(
        ("function", "(function_definition)"),
        ("class", "(struct_specifier body: (_))"),
        ("enum", "(enum_specifier body: (_))"),
    ),
    declarations=(("function", "(declaration declarator: (function_declarator))"),),
    strings=frozenset({"string_literal", "char_literal", "system_lib_string"}),
    tests=TestFiles("assert.h", "test_{stem}.c", ("test_*.c", "*_test.c"), folder="tests"),
)
