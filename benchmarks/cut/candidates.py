"""Places in a file that could become holes: what editors are asked to complete."""

from __future__ import annotations

import ast
import keyword
import re
from typing import TYPE_CHECKING

from benchmarks.cut.hole import Kind, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

LEAST, MOST = 10, 400
"""Characters of a hole."""
BLOCK_LINES = range(2, 6)
LONGEST_BODY = 12
"""Lines."""
LEAST_HEAD = 3
"""Characters that stand on a line whose rest is asked for."""
SHORTEST_WORD = 4
"""Characters of a word within which a hole may begin, two of them typed."""
WORD = re.compile(r"\w+|\S")
Function = ast.FunctionDef | ast.AsyncFunctionDef
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Raise, ast.Expr, ast.Delete)


def candidates(text: str, random: Random) -> list[Span]:
    """Return the spans of `text`, a Python file, that may be taken out."""
    return [span for span in _Finder(text, random).spans() if _is_fit(text, span)]


def _is_fit(text: str, span: Span) -> bool:
    piece = text[span.start : span.end]
    # A sharp sign within a string is taken for a comment too: there are holes enough.
    is_sized = LEAST <= len(piece) <= MOST
    return is_sized and "#" not in piece and '"""' not in piece and "'''" not in piece


class _Finder:
    def __init__(self, text: str, random: Random) -> None:
        self._text = text
        self._lines = text.splitlines(keepends=True)
        self._random = random
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def spans(self) -> Iterator[Span]:
        tree = ast.parse(self._text)
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom) and _is_no_future(node):
                yield self._span("import", node, node)
        functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
        for function in functions:
            yield from self._of_function(function)

    def _of_function(self, function: Function) -> Iterator[Span]:
        body = function.body[1:] if _is_docstring(function.body[0]) else function.body
        if not body or body[0].lineno == function.lineno:
            return
        if _lines(body) <= LONGEST_BODY:
            yield self._span("body", body[0], body[-1])
        for suite in _suites(body):
            yield from self._blocks(suite, is_whole=suite is body)
            for statement in suite:
                if isinstance(statement, SIMPLE) and not _is_docstring(statement):
                    yield self._span("statement", statement, statement)
                    yield from self._rests(statement)
                    yield from self._arguments(statement)

    def _blocks(self, suite: Sequence[ast.stmt], *, is_whole: bool) -> Iterator[Span]:
        for first in range(len(suite)):
            for last in range(first, len(suite)):
                piece = suite[first : last + 1]
                if _lines(piece) in BLOCK_LINES and not (is_whole and len(piece) == len(suite)):
                    is_compound = not isinstance(piece[0], SIMPLE)
                    if len(piece) > 1 or is_compound:
                        yield self._span("block", piece[0], piece[-1])

    def _rests(self, statement: ast.stmt) -> Iterator[Span]:
        if statement.lineno != statement.end_lineno:
            return
        line = self._lines[statement.lineno - 1].rstrip()
        origin = self._starts[statement.lineno - 1]
        begin = len(line) - len(line.lstrip()) + LEAST_HEAD
        words = list(WORD.finditer(line))
        ends = [w.end() for w in words if w.end() >= begin]
        within = [w for w in words if w.end() > begin and _is_long_name(w.group())]
        if ends:
            yield Span("rest", origin + self._random.choice(ends), origin + len(line))
        if within:
            word = self._random.choice(within)
            start = self._random.randrange(word.start() + 2, word.end())
            yield Span("inside", origin + max(start, begin), origin + len(line))

    def _arguments(self, statement: ast.stmt) -> Iterator[Span]:
        for call in ast.walk(statement):
            if not isinstance(call, ast.Call) or not (call.args or call.keywords):
                continue
            start = self._offset(call.func.end_lineno, call.func.end_col_offset)
            end = self._offset(call.end_lineno, call.end_col_offset)
            if self._text[start] == "(" and "\n" not in self._text[start:end]:
                yield Span("arguments", start + 1, end - 1)

    def _span(self, kind: Kind, first: ast.stmt, last: ast.stmt) -> Span:
        start = self._offset(first.lineno, first.col_offset)
        return Span(kind, start, self._offset(last.end_lineno, last.end_col_offset))

    def _offset(self, line: int | None, column: int | None) -> int:
        assert line is not None
        assert column is not None
        piece = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(piece)


def _suites(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    yield body
    for statement in body:
        if isinstance(statement, Function | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            inner: list[ast.stmt] = getattr(statement, name, [])
            if inner:
                yield from _suites(inner)
        for handler in getattr(statement, "handlers", []):
            yield from _suites(handler.body)


def _lines(statements: Sequence[ast.stmt]) -> int:
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_no_future(node: ast.Import | ast.ImportFrom) -> bool:
    return not (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _is_long_name(word: str) -> bool:
    is_name = word.isidentifier() and not keyword.iskeyword(word)
    return is_name and len(word) >= SHORTEST_WORD
