"""Which statements and branches of a symbol a test runs, out of what the tracer saw."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gearshift.verify.change import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Hit = tuple[int, int]
"""A line of a function and the line run just before it in the same call; 0 stands for the call's
begin and for its end, so a hit ends in 0 where the function was left without an exception."""
BOTH = 2
"""Ways out of a branching statement."""
Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Branching = (ast.If, ast.While, ast.For, ast.AsyncFor)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was run of a symbol."""

    lines: frozenset[int] = frozenset()
    """First lines of statements."""
    branches: frozenset[tuple[int, int]] = frozenset()
    """Branching statements with the statement that was next; 0: the end of the function."""

    def __or__(self, other: Coverage) -> Coverage:
        return Coverage(self.lines | other.lines, self.branches | other.branches)

    def adds_to(self, other: Coverage) -> bool:
        """Whether anything in it is not in `other`."""
        return bool(self.lines - other.lines or self.branches - other.branches)


@dataclass(frozen=True, slots=True)
class Shape:
    """The statements of a symbol that only a call runs."""

    statements: frozenset[int] = frozenset()
    """First lines, from 1."""
    branching: frozenset[int] = frozenset()
    """Those of them that go on in two ways."""
    owner: Mapping[int, int] = field(default_factory=dict[int, int])
    """Every line of these statements, with the first line of its statement."""

    @property
    def n_branches(self) -> int:
        """How many ways lead out of the branching statements."""
        return BOTH * len(self.branching)

    def is_complete(self, coverage: Coverage) -> bool:
        """Whether all statements and branches were run."""
        ways = dict.fromkeys(self.branching, 0)
        for line, _ in coverage.branches:
            ways[line] += 1
        return self.statements <= coverage.lines and all(n >= BOTH for n in ways.values())

    def coverage(self, hits: Iterable[Hit]) -> Coverage:
        """Return what a tracer's hits come to."""
        lines: set[int] = set()
        branches: set[tuple[int, int]] = set()
        for before, line in hits:
            source, target = self.owner.get(before, 0), self.owner.get(line, 0)
            if target:
                lines.add(target)
            if source in self.branching and source != target:
                branches.add((source, target))
        return Coverage(frozenset(lines), frozenset(branches))

    def words(self, coverage: Coverage) -> str:
        """Return it as `5 of 6 lines and 3 of 4 branches`."""
        said = f"{len(coverage.lines)} of {counted(len(self.statements), 'line')}"
        if self.branching:
            ran = min(len(coverage.branches), self.n_branches)
            said += f" and {ran} of {counted(self.n_branches, 'branch', 'branches')}"
        return said


def shape_of(text: str, first: int, last: int) -> Shape:
    """Return the shape of the functions between two lines, from 1; empty if there are none."""
    tree = parse(text)
    owner: dict[int, int] = {}
    branching: set[int] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, Function) and first <= node.lineno and (node.end_lineno or 0) <= last:
            _collect(_without_docstring(node), owner, branching)
    return Shape(frozenset(owner.values()), frozenset(branching), owner)


def ranges(lines: Collection[int]) -> str:
    """Return line numbers in words: `4, 7-9`."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in found)


def _without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body


def _collect(body: list[ast.stmt], owner: dict[int, int], branching: set[int]) -> None:
    for statement in body:
        if isinstance(statement, (ast.Global, ast.Nonlocal)):
            continue
        inner = _inner(statement)
        _own_lines(statement.lineno, statement.end_lineno, inner, owner)
        if isinstance(statement, Branching):
            branching.add(statement.lineno)
        for handler in getattr(statement, "handlers", ()):
            owner.setdefault(handler.lineno, handler.lineno)
        for line in _cases(statement):
            owner.setdefault(line, line)
            branching.add(line)
        if not isinstance(statement, (*Function, ast.ClassDef)):
            _collect(inner, owner, branching)


def _inner(statement: ast.stmt) -> list[ast.stmt]:
    """Return the statements in the blocks of a compound statement, in order."""
    inner: list[ast.stmt] = []
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        for part in getattr(statement, name, ()):
            inner += [part] if isinstance(part, ast.stmt) else part.body
    return inner


def _own_lines(first: int, last: int | None, inner: list[ast.stmt], owner: dict[int, int]) -> None:
    """Give a statement its lines: all of them, or the header of a compound one."""
    end = min((s.lineno for s in inner), default=(last or first) + 1)
    for line in range(first, max(end, first + 1)):
        owner.setdefault(line, first)


def _cases(statement: ast.stmt) -> list[int]:
    if sys.version_info >= (3, 10) and isinstance(statement, ast.Match):
        return [case.pattern.lineno for case in statement.cases]
    return []


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
