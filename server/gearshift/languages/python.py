"""Python."""

from __future__ import annotations

import ast
import warnings

from gearshift.languages.language import Language, TestFiles


def parses(text: str) -> bool:
    """Whether this interpreter's own parser accepts `text`.

    The tree-sitter grammar accepts wrong indentation, empty blocks and Python 2, so it can't tell.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


PYTHON = Language(
    name="Python",
    ids=("python",),
    extensions=(".py", ".pyi", ".pyw"),
    line_comment="#",
    quotes=('"""', "'''", '"', "'"),
    grammar=("tree_sitter_python", "language"),
    is_indented=True,
    block_opener=(
        r"^\s*(?:async|class|def|if|elif|else|for|while|try|except|finally|with|match|case)\b.*:\s*$"
        r"|[)\]}](?:\s*->.*)?\s*:\s*$|[{(\[]\s*$"
    ),
    block_middle=r"^\s*(?:else\b|elif\b|except\b|finally\b|case\b|[})\]])",
    symbols=(("function", "(function_definition)"), ("class", "(class_definition)")),
    wrappers=frozenset({"decorated_definition"}),
    strings=frozenset({"string"}),
    tests=TestFiles("pytest", "test_{stem}.py", ("test_*.py", "*_test.py"), folder="tests"),
    parses=parses,
)
