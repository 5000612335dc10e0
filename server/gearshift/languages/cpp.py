"""C++."""

from __future__ import annotations

from gearshift.languages.language import Language, TestFiles

CPP = Language(
    name="C++",
    ids=("cpp", "c++"),
    extensions=(".cpp", ".cc", ".cxx", ".hpp", ".hh", ".hxx"),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=("tree_sitter_cpp", "language"),
    symbols=(
        ("function", "(function_definition)"),
        ("class", "(class_specifier body: (_))"),
        ("class", "(struct_specifier body: (_))"),
        ("enum", "(enum_specifier body: (_))"),
    ),
    declarations=(("function", "(declaration declarator: (function_declarator))"),),
    wrappers=frozenset({"template_declaration"}),
    strings=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    tests=TestFiles(
        "GoogleTest", "{stem}_test.cpp", ("*_test.*", "test_*.*", "*_unittest.*"), folder="tests"
    ),
)
