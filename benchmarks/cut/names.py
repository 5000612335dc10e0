"""Names that a hole needs from another file of its package."""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import tokenize
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILT_IN = (str, bytes, list, dict, set, tuple, int, float, type, object, Exception)
COMMON = (
    frozenset(keyword.kwlist)
    | frozenset(dir(builtins))
    | frozenset(name for kind in BUILT_IN for name in dir(kind))
    | {"self", "cls"}
)
"""Known without any file."""


def needed(answer: str, own: str, others: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names in `answer` that are defined in `others` and not in the file itself.

    `own` is the whole file; an import from the package is no definition.
    """
    wanted = words(answer) - COMMON - defined(own)
    return tuple(
        sorted(name for name in wanted if any(name in defined(t) for t in others.values()))
    )


def words(text: str) -> set[str]:
    """Return the names in a piece of code, which need not parse."""
    found: set[str] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.strip()).readline):
            if token.type == tokenize.NAME:
                found.add(token.string)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass  # what was read up to there counts
    return found


@lru_cache(maxsize=512)
def defined(text: str) -> frozenset[str]:
    """Return the functions, classes, variables, parameters and attributes that a file defines."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return frozenset(found)
