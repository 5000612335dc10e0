"""A test taken apart into its assertions, and put together again of those that hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines
from gearshift.verify.change import parse
from gearshift.verify.suite import asserts, test_nodes

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection

MOST = 30
"""Assertions of one test that are tried alone."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One statement of a test."""

    lines: tuple[str, ...]
    is_assertion: bool


@dataclass(frozen=True, slots=True)
class _Whole:
    """One test as its statements."""

    first: int
    """Its first line, from 1."""
    last: int
    head: tuple[str, ...]
    """Decorators and the line with its name."""
    steps: tuple[_Step, ...]

    @property
    def n_assertions(self) -> int:
        return sum(step.is_assertion for step in self.steps)

    def only(self, kept: Collection[int]) -> list[str]:
        """Return its lines with the assertions of these numbers, from 0, and what comes before."""
        found: list[str] = []
        waiting: list[str] = []
        number = -1
        for step in self.steps:
            number += step.is_assertion
            if not step.is_assertion:
                waiting += step.lines
            elif number in kept:
                found += [*waiting, *step.lines]
                waiting = []
        return [*self.head, *found]


def taken_apart(text: str, names: Collection[str]) -> tuple[str, dict[str, tuple[str, ...]]]:
    """Return the file with a test for each assertion of the named tests, and what those are called.

    A test of one assertion stays as it is, and so does one whose statements share lines. What a
    test does between its assertions is done before each that follows.
    """
    found: dict[str, tuple[str, ...]] = {}
    lines = split_lines(text)
    for name, whole in sorted(_wholes(text, names), key=lambda pair: -pair[1].first):
        if not 1 < whole.n_assertions <= MOST:
            continue
        own = name.rpartition("::")[2]
        parts = [f"{own}__{number}" for number in range(whole.n_assertions)]
        found[name] = tuple(f"{name}__{number}" for number in range(whole.n_assertions))
        pieces: list[str] = []
        for number, part in enumerate(parts):
            piece = "".join(_ended(whole.only({number})))
            pieces += [re.sub(rf"\b{own}\b", part, piece, count=1), "\n"]
        lines[whole.first - 1 : whole.last] = pieces
    return "".join(lines), found


def put_together(text: str, name: str, kept: Collection[int]) -> str:
    """Return the file with only these assertions, counted from 0, of a test."""
    lines = split_lines(text)
    for _, whole in _wholes(text, {name}):
        lines[whole.first - 1 : whole.last] = _ended(whole.only(kept))
    return "".join(lines)


def _wholes(text: str, names: Collection[str]) -> list[tuple[str, _Whole]]:
    tree = parse(text)
    lines = split_lines(text)
    found: list[tuple[str, _Whole]] = []
    for name, node in test_nodes(tree) if tree else ():
        whole = _whole(lines, node) if name in names else None
        if whole is not None:
            found.append((name, whole))
    return found


def _whole(lines: list[str], node: ast.FunctionDef | ast.AsyncFunctionDef) -> _Whole | None:
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    if not lines[node.lineno - 1].rstrip().endswith(":"):
        return None
    spans = [(s.lineno, s.end_lineno or s.lineno) for s in node.body]
    starts = [start for start, _ in spans]
    ends = [node.lineno, *(end for _, end in spans)]
    if any(start <= end for start, end in zip(starts, ends, strict=False)):
        return None
    steps: list[_Step] = []
    # A comment belongs to the statement below it.
    for statement, start, end in zip(node.body, ends, ends[1:], strict=False):
        steps.append(_Step(tuple(lines[start:end]), asserts(statement)))
    return _Whole(first, ends[-1], tuple(lines[first - 1 : node.lineno]), tuple(steps))


def _ended(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] if lines[-1].endswith("\n") else f"{lines[-1]}\n"]
