"""A Python text with its tree: where nodes are, and pieces of it exchanged."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Scope = (*Function, ast.ClassDef, ast.Lambda)
Comprehension = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Source:
    """One text; raises SyntaxError if it does not parse."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self.lines = split_lines(text)
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def offset(self, row: int, byte: int) -> int:
        """Return the place, in characters, of a line from 1 and a byte in it."""
        head = self.lines[row - 1].encode("utf-8", "surrogatepass")[:byte]
        return self._starts[row - 1] + len(head.decode("utf-8", "ignore"))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return where a node begins and ends, in characters."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self.offset(node.lineno, node.col_offset)
        return start, self.offset(node.end_lineno, node.end_col_offset)

    def of(self, node: ast.expr | ast.stmt) -> str:
        """Return a node's text."""
        start, end = self.span(node)
        return self.text[start:end]

    def rows(self, first: int, last: int) -> tuple[int, int]:
        """Return the characters of whole lines, counted from 1."""
        return self._starts[first - 1], self._starts[last]

    def row_at(self, offset: int) -> int:
        """Return the line, from 1, of a place in characters."""
        return max(n for n, start in enumerate(self._starts, 1) if start <= offset)

    def definition_rows(self, node: ast.stmt) -> tuple[int, int]:
        """Return the lines of a definition with its decorators and the comments right above."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(d.lineno for d in decorators)])
        while first > 1 and self.lines[first - 2].startswith("#"):
            first -= 1
        assert node.end_lineno is not None
        return first, node.end_lineno


Piece = tuple[tuple[int, int], str]
"""A span, in characters, and what comes in its place."""


def exchanged(text: str, pieces: Iterable[Piece]) -> str:
    """Return the text with other words in the places of some spans, which do not overlap."""
    for (start, end), words in sorted(pieces, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def put_in_places(text: str, fixed: Sequence[Piece], values: Sequence[Piece]) -> str:
    """Return the text with expressions put in, in parentheses where those make a difference."""
    kept = [(span, f"({words})") for span, words in values]
    sure = exchanged(text, [*fixed, *kept])
    meaning = ast.dump(ast.parse(sure))
    for number, bare in enumerate(values):
        simple = [*kept[:number], bare, *kept[number + 1 :]]
        after = exchanged(text, [*fixed, *simple])
        if _means(after, meaning):
            kept, sure = simple, after
    return sure


def _means(text: str, meaning: str) -> bool:
    try:
        return ast.dump(ast.parse(text)) == meaning
    except SyntaxError:
        return False


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes below one that are run in its scope: not those of functions inside."""
    nodes = list(ast.iter_child_nodes(node))
    while nodes:
        child = nodes.pop()
        yield child
        if not isinstance(child, Scope):
            nodes += ast.iter_child_nodes(child)


def parents_of(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """Return the parent of each node."""
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def is_plain(node: ast.expr) -> bool:
    """Whether it is a name or a constant, which can be written twice as well as once."""
    return isinstance(node, (ast.Name, ast.Constant))


def is_pure(node: ast.expr) -> bool:
    """Whether working it out does nothing else and asks no object for anything of its own."""
    kinds = (
        *(ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp),
        *(ast.Tuple, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    )
    return all(isinstance(each, kinds) for each in ast.walk(node))


def read_in(node: ast.AST) -> set[str]:
    """Return the names that are read anywhere below a node."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
