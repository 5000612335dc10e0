"""C#."""

from __future__ import annotations

from gearshift.languages.language import Language, TestFiles

CSHARP = Language(
    name="C#",
    ids=("csharp",),
    extensions=(".cs",),
    line_comment="//",
    block_comment=("/*", "*/"),
    quotes=('"""', '"', "'"),
    grammar=("tree_sitter_c_sharp", "language"),
    symbols=(
        ("class", "(class_declaration)"),
        ("class", "(struct_declaration)"),
        ("class", "(record_declaration)"),
        ("interface", "(interface_declaration)"),
        ("enum", "(enum_declaration)"),
        ("method", "(method_declaration)"),
        ("method", "(constructor_declaration)"),
        ("function", "(local_function_statement)"),
    ),
    strings=frozenset(
        {
            "string_literal",
            "verbatim_string_literal",
            "raw_string_literal",
            "interpolated_string_expression",
            "character_literal",
        }
    ),
    tests=TestFiles("xUnit", "{stem}Tests.cs", ("*Tests.cs", "*Test.cs"), folder="Tests"),
)
