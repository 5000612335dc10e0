"""Rust."""

from __future__ import annotations

from gearshift.languages.language import BRACE_OPENER, Language, TestFiles

RUST = Language(
    name="Rust",
    ids=("rust",),
    extensions=(".rs",),
    line_comment="//",
    block_comment=("/*", "*/"),
    quotes=('"',),  # a single quote also begins a lifetime
    grammar=("tree_sitter_rust", "language"),
    block_opener=BRACE_OPENER,
    symbols=(
        ("function", "(function_item)"),
        ("class", "(struct_item)"),
        ("enum", "(enum_item)"),
        ("interface", "(trait_item)"),
        ("module", "(mod_item body: (_))"),
    ),
    containers=(("impl_item", "type"),),
    comments=frozenset({"line_comment", "block_comment"}),
    strings=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    tests=TestFiles("cargo test", "{stem}.rs", ("test_*.rs", "*_test.rs"), folder="tests"),
)
