"""PHP."""

from __future__ import annotations

from gearshift.languages.language import Language, TestFiles

PHP = Language(
    name="PHP",
    ids=("php",),
    extensions=(".php",),
    line_comment="//",
    block_comment=("/*", "*/"),
    grammar=("tree_sitter_php", "language_php"),
    symbols=(
        ("function", "(function_definition)"),
        ("method", "(method_declaration)"),
        ("class", "(class_declaration)"),
        ("interface", "(interface_declaration)"),
        ("class", "(trait_declaration)"),
        ("enum", "(enum_declaration)"),
    ),
    strings=frozenset({"string", "encapsed_string", "heredoc", "nowdoc"}),
    tests=TestFiles("PHPUnit", "{Stem}Test.php", ("*Test.php",), folder="tests"),
)
