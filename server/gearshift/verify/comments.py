"""Comments and docstrings that a draft loses although the code they speak of is still there."""

from __future__ import annotations

import ast
import contextlib
import io
import keyword
import re
import tokenize
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines
from gearshift.core.verification import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.verify.change import Change

Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
ORDERS = re.compile(
    r"\b(?:todo|fixme|xxx|hack|note|warning|copyright|licen[cs]e|noqa|nosec|pragma|pylint|mypy"
    r"|type: ?ignore|pyright|fmt: ?(?:on|off|skip)|eslint|prettier|ts-(?:ignore|expect-error)"
    r"|nolint|safety:)",
    re.IGNORECASE,
)
"""Comments that are orders to tools or notes to people: never lost without a reason."""
_NAME = re.compile(r"[^\W\d]\w*")
KEYWORDS = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, "switch", "const", "let", "var", "func", "fn", "mut"}
    | {"function", "new", "null", "nil", "this", "throw", "catch", "do", "default", "public"}
    | {"private", "static", "void", "int", "true", "false", "match", "end", "then", "self"}
)
"""Words of the languages themselves, which stand in any code."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment and the code that it speaks of."""

    text: str
    """Its words, without marks and with single blanks."""
    code: str
    """The code on its line, else the next line of code."""


def comments_kept(change: Change) -> Verdict:
    """Fail if a comment is gone whose code is still there, or a docstring of what is still there.

    A comment may go together with the names that stand in its code.
    """
    before, after = (comments_in(change.language, text) for text in (change.before, change.after))
    counts = Counter(c.text for c in after)
    names = set(_NAME.findall(change.after))
    for comment in before:
        if counts[comment.text] > 0:
            counts[comment.text] -= 1
            continue
        about = set(_NAME.findall(comment.code)) - KEYWORDS
        if (about and about <= names) or ORDERS.search(comment.text):
            return Verdict(False, "comments", f"The comment `{comment.text}` was lost; keep it.")
    for name in lost_docstrings(change):
        words = f"The docstring of {name} was lost; keep it."
        return Verdict(False, "comments", words)
    return Verdict(True, "comments")


def lost_docstrings(change: Change) -> tuple[str, ...]:
    """Return what had a docstring and is there without one (Python); names in back quotes."""
    if change.trees is None:
        return ()
    before, after = (dict(_docstrings(tree, "")) for tree in change.trees)
    return tuple(n for n, text in before.items() if text and n in after and not after[n])


def _docstrings(node: ast.AST, prefix: str) -> Iterator[tuple[str, str | None]]:
    if isinstance(node, ast.Module):
        yield "the module", ast.get_docstring(node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"`{prefix}{child.name}`", ast.get_docstring(child)
            yield from _docstrings(child, f"{prefix}{child.name}.")
        elif isinstance(child, (ast.If, ast.Try, ast.With)):
            yield from _docstrings(child, prefix)


def comments_in(language: str, text: str) -> list[Comment]:
    """Return the comments of `text` in order; none where the language has no parser here."""
    lines = split_lines(text)
    places = _python_places(text) if language == "python" else _places(language, text)
    found: list[Comment] = []
    commented = {line for line, _, _ in places}
    for line, column, words in places:
        body = _words(words)
        if not body:
            continue
        code = lines[line][:column] if line < len(lines) else ""
        if not code.strip():
            code = _next_code(lines, line, commented)
        found.append(Comment(body, code))
    return found


def _next_code(lines: list[str], line: int, commented: set[int]) -> str:
    for number in range(line + 1, len(lines)):
        if lines[number].strip() and number not in commented:
            return lines[number]
    return ""


def _python_places(text: str) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    with contextlib.suppress(tokenize.TokenError, SyntaxError):  # up to where it can be read
        found.extend(
            (token.start[0] - 1, token.start[1], token.string)
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.COMMENT
        )
    return found


def _places(language: str, text: str) -> list[tuple[int, int, str]]:
    from gearshift.languages import language_of
    from gearshift.languages.tree import parse

    facts = language_of(language)
    if facts.grammar is None:
        return []
    found: list[tuple[int, int, str]] = []
    nodes = [parse(facts, text).root_node]
    while nodes:
        node = nodes.pop()
        if node.type in facts.comments and node.text:
            words = node.text.decode("utf-8", "replace")
            found.append((node.start_point.row, node.start_point.column, words))
        else:
            nodes += reversed(node.children)
    return found


def _words(comment: str) -> str:
    return " ".join(re.sub(r"^[\s#/*!;-]+|[\s*/]+$", "", comment, flags=re.MULTILINE).split())
