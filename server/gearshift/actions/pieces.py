"""The pieces of a Python function that could be functions of their own."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.verify.change import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.actions.target import Target
    from gearshift.core.document import Snapshot
    from gearshift.core.text import Range

SHORTEST = 3
"""Lines of a piece that is worth a name."""
FAIR = 25
"""Lines up to which a piece is better taken whole than in parts."""
MOST = 8
"""Pieces that are put to choice."""
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole statements that follow each other."""

    first: int
    """Line of the document, from 0."""
    last: int
    """Line of the document, from 0, included."""
    text: str
    """Its code with the comment right above, which stays where it is."""

    @property
    def length(self) -> int:
        """Its lines."""
        return self.last - self.first + 1


def pieces_of(snapshot: Snapshot, target: Target) -> list[Piece]:
    """Return the pieces of a function to choose from, the longest ones, in their order.

    A piece is a paragraph (statements between blank lines or comments) or one long statement.
    """
    found = {(p.first, p.last): p for p in _found(snapshot, target) if p.length >= SHORTEST}
    whole = target.range.end.line - target.range.start.line
    fair = [p for p in found.values() if p.length * 10 < whole * 9]
    fair = [p for p in fair if not any(_holds(other, p) for other in fair)]
    longest = sorted(fair, key=lambda p: p.length, reverse=True)[:MOST]
    return sorted(longest, key=lambda p: (p.first, -p.last))


def _holds(outer: Piece, inner: Piece) -> bool:
    """Whether a piece is part of another one that is short enough to be taken whole."""
    is_inside = outer.first <= inner.first and inner.last <= outer.last
    return is_inside and inner.length < outer.length <= FAIR


def piece_at(snapshot: Snapshot, target: Target, span: Range) -> Piece | None:
    """Return the whole statements in a selection, of the outermost block; None: there are none.

    A statement counts if all of its lines are selected.
    """
    last = span.end.line - (span.end.column == 0 and span.end.line > span.start.line)
    for body in _bodies(target):
        inside = [n for n in body if _is_within(_rows(n, target), span.start.line, last)]
        if inside:
            return _piece(snapshot, target, inside)
    return None


def _is_within(rows: tuple[int, int], first: int, last: int) -> bool:
    return first <= rows[0] and rows[1] <= last


def _function(target: Target) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    text = textwrap.dedent(" " * target.range.start.column + target.text)
    tree = parse(text)
    node = tree.body[0] if tree and tree.body else None
    return node if isinstance(node, Function) else None


def _bodies(target: Target) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of the function, outer ones first, without those of inner functions."""
    function = _function(target)
    nodes: list[ast.AST] = [function] if function is not None else []
    while nodes:
        node = nodes.pop(0)
        for name in ("body", "orelse", "finalbody"):
            body: object = getattr(node, name, None)
            if isinstance(body, list) and body and not isinstance(node, ast.Lambda):
                statements = [n for n in body if isinstance(n, ast.stmt)]  # pyright: ignore[reportUnknownVariableType]
                yield _without_docstring(statements) if node is function else statements
                nodes += [n for n in statements if not isinstance(n, (*Function, ast.ClassDef))]
        nodes += getattr(node, "handlers", [])


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return body[1:] if is_doc else body


def _found(snapshot: Snapshot, target: Target) -> Iterator[Piece]:
    for body in _bodies(target):
        for run in _paragraphs(snapshot, target, body):
            if can_leave(run):
                yield _piece(snapshot, target, run)
        for node in body:
            if can_leave([node]):
                yield _piece(snapshot, target, [node])


def _paragraphs(
    snapshot: Snapshot, target: Target, body: list[ast.stmt]
) -> Iterator[list[ast.stmt]]:
    run: list[ast.stmt] = []
    for node in body:
        if run and _is_break(snapshot.lines[_rows(node, target)[0] - 1]):
            yield run
            run = []
        run.append(node)
    if run:
        yield run


def _is_break(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def can_leave(run: list[ast.stmt]) -> bool:
    """Whether rope can move the statements out: they neither leave the function nor a loop."""
    for statement in run:
        for node in ast.walk(statement):
            if isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Nonlocal)):
                return False
            if isinstance(node, (ast.AsyncFor, ast.AsyncWith, ast.Global)):
                return False
    return not any(_leaves_loop(statement) for statement in run)


def _leaves_loop(node: ast.AST) -> bool:
    if isinstance(node, (ast.Break, ast.Continue)):
        return True
    if isinstance(node, (ast.For, ast.While, *Function)):
        return False
    return any(_leaves_loop(child) for child in ast.iter_child_nodes(node))


def _rows(node: ast.stmt, target: Target) -> tuple[int, int]:
    """Return the first and last line of a statement in the document."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    start = target.range.start.line - 1
    return start + first, start + (node.end_lineno or first)


def _piece(snapshot: Snapshot, target: Target, run: list[ast.stmt]) -> Piece:
    first, last = _rows(run[0], target)[0], _rows(run[-1], target)[1]
    above = first
    while above - 1 > target.range.start.line and _is_comment(snapshot.lines[above - 1]):
        above -= 1
    return Piece(first, last, textwrap.dedent("".join(snapshot.lines[above : last + 1])))


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def repeated(snapshot: Snapshot, target: Target) -> Piece | None:
    """Return the longest piece of a function that also stands elsewhere in the file; None: none.

    Only equal lines are looked for, and no tree is built of the file, so that a menu can ask.
    """
    first, last = target.range.start.line, target.range.end.line
    rows = [(n, line.strip()) for n, line in enumerate(snapshot.lines) if line.strip()]
    inside = [(n, line) for n, line in rows if first < n <= last]
    outside = [(n, line) for n, line in rows if not first <= n <= last]
    windows = {_window(outside, i) for i in range(len(outside) - SHORTEST + 1)}
    best: tuple[int, int] | None = None
    start = 0
    while start + SHORTEST <= len(inside):
        end = start
        while end + SHORTEST <= len(inside) and _window(inside, end) in windows:
            end += 1
        if end > start:
            run = (inside[start][0], inside[end + SHORTEST - 2][0])
            best = run if best is None or run[1] - run[0] > best[1] - best[0] else best
        start = max(end, start + 1)
    return _within(snapshot, target, *best) if best else None


def _window(rows: list[tuple[int, str]], start: int) -> tuple[str, ...]:
    return tuple(line for _, line in rows[start : start + SHORTEST])


def _within(snapshot: Snapshot, target: Target, first: int, last: int) -> Piece | None:
    """Return the whole statements of one block that lie in the lines; None: too few."""
    best: Piece | None = None
    for body in _bodies(target):
        fits = [n for n in body if _is_within(_rows(n, target), first, last)]
        run = [node for node in fits if can_leave([node])]
        if run:
            piece = _piece(snapshot, target, run)
            if piece.length >= SHORTEST and (best is None or piece.length > best.length):
                best = piece
    return best
