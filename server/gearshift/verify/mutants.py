"""Small faults put into Python code, one at a time: a test that notices none proves nothing."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.verify.change import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

Replacement = tuple[ast.AST, str, int]
"""The node replaced, its new source, and the fault's kind: `SUBTLE`, `PLAIN`, `BLUNT`, `GROSS`."""

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_IN_ANY_ORDER = frozenset({"max", "min", "gcd", "lcm", "hypot", "isclose", "union", "intersection"})
"""Functions whose result is the same however their arguments are ordered: no test could tell."""
NOT_WALKED = frozenset({"annotation", "returns", "decorator_list", "type_params", "bases"})
"""Fields whose change is no change of behaviour, or of another symbol's."""
SUBTLE, PLAIN, BLUNT, GROSS = range(4)
"""An operator or a value; a statement or a condition; a call; a result thrown away."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One file with one fault in it."""

    line: int
    """Line of the fault, from 1."""
    change: str
    """What was done: `n < 2` became `n <= 2`."""
    text: str
    """The whole file."""
    is_blunt: bool = False
    """Whether nearly any assertion would notice it: a call made otherwise, a result thrown away."""


def mutants_of(text: str, first: int, last: int) -> tuple[Mutant, ...]:
    """Return the faulty versions of lines `first` to `last`, the most telling ones first.

    The subtle come before the plain, lines take turns, and the blunt come last. A result thrown
    away is in it only for a line where nothing else can be broken.
    """
    tree = parse(text)
    if tree is None:
        return ()
    found = [r for node in _own(tree, first, last) for r in _replacements(node)]
    seen: dict[int, int] = {}
    turns: list[tuple[int, Mutant]] = []
    for node, source, kind in sorted(found, key=lambda entry: entry[2]):
        mutant = _mutant(text, node, source, is_blunt=kind >= BLUNT)
        if mutant is not None and not (kind == GROSS and mutant.line in seen):
            seen[mutant.line] = seen.get(mutant.line, 0) + 1
            turns.append((seen[mutant.line], mutant))
    in_turn = sorted(turns, key=lambda entry: (entry[1].is_blunt, entry[0]))
    return tuple(mutant for _, mutant in in_turn)


def _own(tree: ast.Module, first: int, last: int) -> Iterator[ast.AST]:
    """Yield the nodes between the lines that say what the code does."""
    nodes: list[ast.AST] = [tree]
    while nodes:
        node = nodes.pop(0)
        line = getattr(node, "lineno", None)
        if isinstance(node, ast.JoinedStr) or _is_words(node) or _is_for_types(node):
            continue
        if line is not None and line >= first and (getattr(node, "end_lineno", 0) or 0) <= last:
            yield node
        for name, value in ast.iter_fields(node):
            if name not in NOT_WALKED:
                nodes += [v for v in _each(value) if _reaches(v, first, last)]


def _each(value: object) -> list[ast.AST]:
    items: list[object] = list(value) if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownArgumentType]
    return [item for item in items if isinstance(item, ast.AST)]


def _reaches(node: ast.AST, first: int, last: int) -> bool:
    start = getattr(node, "lineno", None)
    return start is None or (start <= last and (getattr(node, "end_lineno", 0) or 0) >= first)


def _is_words(node: ast.AST) -> bool:
    """Whether it is a docstring, or another expression that does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _replacements(node: ast.AST) -> list[Replacement]:
    if isinstance(node, ast.Compare):
        return [(node, source, SUBTLE) for source in _comparisons(node)]
    if isinstance(node, ast.BinOp) and type(node.op) in _CALCULATED:
        return [(node, _unparsed(node, op=_CALCULATED[type(node.op)]()), SUBTLE)]
    if isinstance(node, ast.AugAssign) and type(node.op) in _CALCULATED:
        changed = copy.copy(node)
        changed.op = _CALCULATED[type(node.op)]()
        return [(node, ast.unparse(changed), SUBTLE), (node, "pass", PLAIN)]
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return [(node, _unparsed(node, op=other), SUBTLE)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        return [(node, f"({ast.unparse(node.operand)})", SUBTLE)]
    if isinstance(node, ast.Constant):
        source = _constant(node.value)
        return [(node, source, SUBTLE)] if source else []
    if isinstance(node, ast.Call):
        return _calls(node)
    return _statement_replacements(node)


def _statement_replacements(node: ast.AST) -> list[Replacement]:
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        return [(node.test, f"(not ({ast.unparse(node.test)}))", PLAIN)]
    if isinstance(node, ast.Slice) and node.lower is not None:
        return [(node.lower, f"({ast.unparse(node.lower)}) + 1", PLAIN)]
    if isinstance(node, ast.Break):
        return [(node, "continue", PLAIN)]
    if isinstance(node, ast.Continue):
        return [(node, "break", PLAIN)]
    if isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await))
    ):
        return [(node, "pass", PLAIN)]
    if isinstance(node, ast.Return) and node.value is not None:
        return [(node, "return None", GROSS)]
    return []


def _calls(node: ast.Call) -> list[Replacement]:
    """Return a call with two arguments swapped, and what it is made of in its place."""
    arguments = node.args
    if node.keywords or any(isinstance(a, ast.Starred) for a in arguments):
        return []
    found: list[Replacement] = []
    name = ast.unparse(node.func).rpartition(".")[2]
    for number in range(0 if name in _IN_ANY_ORDER else len(arguments) - 1):
        swapped = [*arguments]
        swapped[number : number + 2] = reversed(swapped[number : number + 2])
        if ast.dump(arguments[number]) != ast.dump(arguments[number + 1]):
            found.append((node, _unparsed(node, args=swapped), BLUNT))
    if len(arguments) == 1 and isinstance(node.func, ast.Name):
        found.append((node, f"({ast.unparse(arguments[0])})", BLUNT))
    if not arguments and isinstance(node.func, ast.Attribute):
        found.append((node, f"({ast.unparse(node.func.value)})", BLUNT))
    return found


def _comparisons(node: ast.Compare) -> Iterator[str]:
    for number, operator in enumerate(node.ops):
        ops = list(node.ops)
        ops[number] = _COMPARED[type(operator)]()
        yield _unparsed(node, ops=ops)


def _unparsed(node: ast.expr, **fields: object) -> str:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return f"({ast.unparse(changed)})"


def _constant(value: object) -> str | None:
    if isinstance(value, bool):
        return repr(not value)
    if isinstance(value, (int, float)):
        return repr(value + 1)
    if isinstance(value, (str, bytes)):
        empty, other = ("", "x") if isinstance(value, str) else (b"", b"x")
        return repr(empty if value else other)
    return None


def _mutant(text: str, node: ast.AST, source: str, *, is_blunt: bool) -> Mutant | None:
    """Return the file with `source` in the node's place; None where that does not parse."""
    raw = text.encode()
    lines = raw.splitlines(keepends=True)
    assert isinstance(node, (ast.expr, ast.stmt))
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    last, column = node.end_lineno or node.lineno, node.end_col_offset or 0
    end = sum(map(len, lines[: last - 1])) + column
    before = raw[start:end].decode()
    after = (raw[:start] + source.encode() + raw[end:]).decode()
    if parse(after) is None:
        return None
    shown = " ".join(before.split())
    inner = source[1:-1] if source.startswith("(") and source.endswith(")") else source
    return Mutant(node.lineno, f"`{shown}` became `{inner}`", after, is_blunt)
