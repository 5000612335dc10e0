"""Java."""

from __future__ import annotations

from gearshift.languages.language import Language, TestFiles

JAVA = Language(
    name="Java",
    ids=("java",),
    extensions=(".java",),
    line_comment="//",
    block_comment=("/*", "*/"),
    quotes=('"""', '"', "'"),
    grammar=("tree_sitter_java", "language"),
    symbols=(
        ("class", "(class_declaration)"),
        ("class", "(record_declaration)"),
        ("interface", "(interface_declaration)"),
        ("enum", "(enum_declaration)"),
        ("method", "(method_declaration)"),
        ("method", "(constructor_declaration)"),
    ),
    comments=frozenset({"line_comment", "block_comment"}),
    strings=frozenset({"string_literal", "character_literal"}),
    tests=TestFiles(
        "JUnit 5",
        "{stem}Test.java",
        ("*Test.java", "Test*.java", "*Tests.java"),
        replaced=("src/main/", "src/test/"),
    ),
)
