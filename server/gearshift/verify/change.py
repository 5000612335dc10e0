"""A draft joined into its file: what every static check looks at."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Change:
    """One file before and after a draft."""

    language: str
    """Language id of the file."""
    before: str
    after: str
    symbol: str | None = None
    """Qualified name of the function or class that was worked on; None: part of the file, or
    all of it."""

    @cached_property
    def tree_before(self) -> ast.Module | None:
        """Python's own tree of the file before; None if it does not parse or is not Python."""
        return parse(self.before) if self.language == "python" else None

    @cached_property
    def tree_after(self) -> ast.Module | None:
        """Python's own tree of the file after; None if it does not parse or is not Python."""
        return parse(self.after) if self.language == "python" else None

    @cached_property
    def trees(self) -> tuple[ast.Module, ast.Module] | None:
        """Both trees, where there are both to compare."""
        if self.tree_before is None or self.tree_after is None:
            return None
        return self.tree_before, self.tree_after


def changed_functions(change: Change) -> tuple[str, ...]:
    """Return the qualified names of functions and methods that read otherwise afterwards."""
    if change.trees is None:
        return ()
    before, after = (dict(_functions(tree.body, "")) for tree in change.trees)
    return tuple(n for n, words in before.items() if n in after and after[n] != words)


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield prefix + node.name, ast.dump(node)
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def parse(text: str) -> ast.Module | None:
    """Return Python's tree of `text`; None if this Python can't parse it."""
    with warnings.catch_warnings():
        # Doubtful escapes in the user's own code are none of our business.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def syntax_error(text: str) -> str:
    """Return Python's words for why `text` does not parse, with the line; empty if it does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except SyntaxError as error:
            line = (error.text or "").strip()
            return f"{error.msg} in line {error.lineno}" + (f": `{line}`" if line else "")
        except (ValueError, RecursionError, MemoryError) as error:
            return str(error) or type(error).__name__
    return ""
