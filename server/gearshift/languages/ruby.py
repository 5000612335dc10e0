"""Ruby."""

from __future__ import annotations

from gearshift.languages.language import Language, TestFiles

RUBY = Language(
    name="Ruby",
    ids=("ruby",),
    extensions=(".rb", ".rake"),
    line_comment="#",
    grammar=("tree_sitter_ruby", "language"),
    block_opener=(
        r"^\s*(?:def|class|module|if|unless|while|until|case|when|in|else|elsif|begin|rescue|ensure"
        r"|for)\b|\bdo(?:\s*\|[^|]*\|)?\s*$|[{(\[](?:\s*\|[^|]*\|)?\s*$"
    ),
    block_middle=r"^\s*(?:else|elsif|when|in|rescue|ensure|end)\b|^\s*[})\]]",
    symbols=(
        ("function", "(method)"),
        ("method", "(singleton_method)"),
        ("class", "(class)"),
        ("module", "(module)"),
    ),
    strings=frozenset({"string", "heredoc_body", "regex", "subshell"}),
    tests=TestFiles("minitest", "{stem}_test.rb", ("*_test.rb", "test_*.rb", "*_spec.rb"), "test"),
)
