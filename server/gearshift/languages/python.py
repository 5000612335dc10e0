"""Python."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from gearshift.languages.language import Fault, Import, Language, TestFiles

if TYPE_CHECKING:
    from tree_sitter import Node

MISSING = re.compile(r"\b(?:expected|default)\b")
"""In what Python says where something has to follow (`expected 'else'`, a default); it says
`unexpected` where something must not."""
BEHIND_ALL = 1 << 30
"""A column behind all that a line can hold."""


@lru_cache(maxsize=32)
def first_fault(text: str) -> Fault | None:
    """Return where this interpreter's own parser refuses `text`; None: it does not.

    The tree-sitter grammar accepts wrong indentation, empty blocks and Python 2, so it can't tell.
    With each key typed on a line the text around it is asked about again.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # What scopes hold is found in two thirds of the time that making a tree takes.
            symtable.symtable(text, "", "exec")
        except SyntaxError as error:
            # What a part of a function says of its names may be wrong without the rest of it.
            is_right = ("nonlocal" in text or "global" in text) and _is_grammatical(text)
            return None if is_right else _fault(error)
        except (ValueError, RecursionError, MemoryError):
            return Fault(0, is_open=True)
    return None


def _fault(error: SyntaxError) -> Fault:
    is_open = error.msg.startswith("unterminated triple")
    is_open = is_open or error.msg.endswith(("never closed", "EOF"))
    start = (error.offset or 1) - 1
    end = max(start + 1, (error.end_offset or 0) - 1)
    if error.msg.startswith(("unterminated string", "unterminated f-string")):
        start = end = BEHIND_ALL  # all to the end of the line may belong to it
    elif MISSING.search(error.msg):
        start = end  # something is missing behind what it tells of
    return Fault((error.lineno or 1) - 1, is_open, start, end)


def _is_grammatical(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def imports(root: Node) -> tuple[Import, ...]:
    """Return what the statements at the margin, and below a condition there, import."""
    found: list[Import] = []
    pending = list(reversed(root.named_children))
    while pending:
        node = pending.pop()
        if node.type in {"import_statement", "import_from_statement"}:
            found += _imports_of(node)
        elif node.type in CONDITIONS:
            pending += reversed(node.named_children)
    return tuple(found)


CONDITIONS = frozenset(
    {"if_statement", "try_statement", "block", "else_clause", "except_clause", "elif_clause"}
)
"""What imports stand below at the margin (`if TYPE_CHECKING:`, `try:`)."""


def _imports_of(node: Node) -> list[Import]:
    module = node.child_by_field_name("module_name")
    names = node.children_by_field_name("name")
    if module is None:
        return [_module(name) for name in names]
    origin = _text(module)
    if any(child.type == "wildcard_import" for child in node.named_children):
        return [Import(origin, "*")]
    return [Import(origin, *_name_and_alias(name)) for name in names]


def _module(node: Node) -> Import:
    name, alias = _name_and_alias(node)
    return Import(name, "", alias if alias != name else name)


def _name_and_alias(node: Node) -> tuple[str, str]:
    if node.type == "aliased_import":
        name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
        return _text(name), _text(alias)
    return _text(node), _text(node)


def _text(node: Node | None) -> str:
    return node.text.decode(errors="replace") if node is not None and node.text else ""


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
    imports=imports,
    tests=TestFiles("pytest", "test_{stem}.py", ("test_*.py", "*_test.py"), folder="tests"),
    first_fault=first_fault,
)
