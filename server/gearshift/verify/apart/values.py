"""Values to call a function with: by its annotations, and by the constants of its code."""

from __future__ import annotations

import ast
import copy
import enum
import inspect
import itertools
import random
from typing import Any

INSTANCES = 6
LISTS: list[Any] = [[], [1], [3, 1, 2], [2, 2, 1], ["b", "a"], [[1, 2], [3]], [0, -1, 5, 5]]
DICTS: list[Any] = [{}, {"a": 1}, {"b": 2, "a": 1}, {1: [2]}]
OTHERS: list[Any] = [None, True, False, (1, 2), b"ab", {1, 2}]
KINDS: dict[Any, str] = {bool: "bool", int: "int", float: "float", str: "str", bytes: "bytes"}
"""Types of constants, and the kind of values that are as good."""
OWNERS: list[tuple[str, type]] = [("str", str), ("list", list), ("dict", dict), ("set", set)]
SEQUENCES = {"list", "List", "Sequence", "Iterable", "Collection", "MutableSequence", "Iterator"}
MAPPINGS = {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"}
SETS = {"set", "Set", "frozenset", "FrozenSet", "AbstractSet"}


class Values:
    """The values to try, by kind; the constants of the code are among them: its borders lie there.

    `module` is where class names in annotations are looked up.
    """

    def __init__(self, source: ast.AST, module: Any) -> None:
        self.module = module
        numbers: list[Any] = [0, 1, 2, 3, -1, 4, 5, 7, 10, 12, 100, 1000]
        texts = ["", "a", "Hello, World! 12", "  two  words ", "3.50", "x=1;y=2", "A-b_c"]
        texts.append("2024-02-29")
        for node in ast.walk(source):
            value = getattr(node, "value", None)
            if not isinstance(node, ast.Constant) or isinstance(value, bool):
                continue
            if isinstance(value, (int, float)) and abs(value) < 10**9:
                numbers += [value, value - 1, value + 1, -value, 2 * value, 3 * value, 19 * value]
            elif isinstance(value, str) and len(value) < 40:
                texts += [value, value + value, "a" + value + "b", value + "1"]
        self.numbers: list[Any] = [*list(dict.fromkeys(numbers))[:60], 0.5, 2.5]
        self.texts: list[Any] = list(dict.fromkeys(texts))[:40]
        lists = [*LISTS, ["", "x", "x"], self.texts[:3], self.numbers[8:14]]
        self.kinds: dict[str, list[Any]] = {
            "int": [n for n in self.numbers if isinstance(n, int)],
            "float": self.numbers,
            "str": self.texts,
            "bool": [True, False],
            "bytes": [b"", b"ab", b"Hello 12"],
            "None": [None],
            "Callable": [len, str, bool],
            "OptionalCallable": [None, len, str, bool],
            "tuple": [(), (1, 2), ("a", "b", "a")],
            **dict.fromkeys(SEQUENCES, lists),
            **dict.fromkeys(MAPPINGS, DICTS),
            **{name: [set(), {1}, {2, 3}] for name in SETS},
        }
        self.lists: list[Any] = lists
        self.everything: list[Any] = [*self.numbers, *self.texts, *lists, *DICTS, *OTHERS]

    def of(self, hint: ast.expr | None, depth: int = 0) -> list[Any] | None:
        """Return values that fit an annotation; None: anything may be tried."""
        if isinstance(hint, ast.Constant):
            if isinstance(hint.value, str):
                return self.of(_parsed(hint.value), depth)
            return [None] if hint.value is None else None
        if isinstance(hint, ast.BinOp):
            return self._either([hint.left, hint.right], depth)
        if isinstance(hint, ast.Attribute):
            return self._named(hint.attr, depth)
        if isinstance(hint, ast.Name):
            return self._named(hint.id, depth)
        if isinstance(hint, ast.Subscript):
            return self._generic(hint, depth)
        return None

    def _either(self, hints: list[ast.expr], depth: int) -> list[Any] | None:
        pools = [self.of(hint, depth) for hint in hints]
        if any(pool is None for pool in pools):
            return None
        return [value for pool in pools for value in pool or ()]

    def _named(self, name: str, depth: int) -> list[Any] | None:
        if name in self.kinds:
            return self.kinds[name]
        made: Any = getattr(self.module, name, None)
        if not isinstance(made, type) or depth > 1:
            return None
        if issubclass(made, enum.Enum):
            return list(made)
        return self.instances(made, depth + 1) or None

    def _generic(self, hint: ast.Subscript, depth: int) -> list[Any] | None:
        name = getattr(hint.value, "id", None) or getattr(hint.value, "attr", "")
        inner: Any = hint.slice
        parts: list[ast.expr] = list(inner.elts) if isinstance(inner, ast.Tuple) else [inner]
        if name == "Literal":
            return [getattr(part, "value", None) for part in parts]
        if name == "Optional":
            return self._either([*parts, ast.Constant(None)], depth)
        if name == "Union":
            return self._either(parts, depth)
        pools = [self.of(part, depth) for part in parts]
        if any(pool is None for pool in pools[:1]):
            return self.kinds.get(name)
        first = pools[0] or []
        if name in SEQUENCES:
            return _runs(first)
        if name in SETS:
            return [set(run) for run in _runs([v for v in first if v.__hash__])]
        if name == "tuple" and len(parts) == 2 and not pools[1]:
            return [tuple(run) for run in _runs(first)]
        if name == "tuple" and all(pools):
            chance = random.Random(1)
            return [tuple(chance.choice(p or [None]) for p in pools) for _ in range(12)]
        if name in MAPPINGS and len(pools) == 2 and pools[1]:
            values = pools[1]
            return [
                dict(zip(run, itertools.cycle(values[n:] or values)))
                for n, run in enumerate(_runs(first))
            ]
        return self.kinds.get(name)

    def instances(self, made: Any, depth: int) -> list[Any]:
        """Return some objects of a class, made with values that its constructor takes."""
        found: list[Any] = []
        for arguments, named in itertools.islice(calls(made, {}, self, depth), 60):
            try:
                found.append(made(*copy.deepcopy(arguments), **copy.deepcopy(named)))
            except Exception:  # noqa: BLE001, S112 - whatever the constructor refuses
                continue
            if len(found) == INSTANCES:
                break
        return found


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _runs(values: list[Any]) -> list[Any]:
    """Return lists of different lengths, orders and repetitions."""
    some = values[:7]
    runs = [[], some[:1], some[:2], some[:3], some[::-1], some[:2] * 2, values[3:12]]
    return [*runs, [v for v in values if v][:5], values[-3:]]


def calls(function: Any, hints: dict[str, ast.expr], values: Values, depth: int = 0) -> Any:
    """Yield (arguments, keyword arguments), first of one kind, then mixed, without end."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return
    kept = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    pools = [values.of(_hint(p, hints, depth), depth) for p in kept]
    if not kept:
        yield (), {}
        return
    if len(kept) == 1 and kept[0].kind is not inspect.Parameter.KEYWORD_ONLY:
        if kept[0].default is not inspect.Parameter.empty:
            yield (), {}
        yield from (((value,), {}) for value in pools[0] or values.everything)
        return
    chance = random.Random(0)
    for kind in (values.numbers, values.texts, values.lists, DICTS):
        for _ in range(40):
            yield _arranged(kept, [chance.choice(pool or kind) for pool in pools], chance)
    while True:
        mixed = [chance.choice(pool or values.everything) for pool in pools]
        yield _arranged(kept, mixed, chance)


def _hint(parameter: inspect.Parameter, hints: dict[str, ast.expr], depth: int) -> ast.expr | None:
    """Return the annotation as it was before, or what its default or a class's own code says."""
    hint = hints.get(parameter.name)
    if hint is not None:
        return hint
    if depth and isinstance(parameter.annotation, str):
        return _parsed(parameter.annotation)
    name = KINDS.get(type(parameter.default), "")
    if depth and parameter.annotation is not inspect.Parameter.empty:
        name = getattr(parameter.annotation, "__name__", name)
    return ast.Name(name) if name else None


def guesses(function: ast.AST | None) -> dict[str, ast.expr]:
    """Return hints for names, by what the code does with them."""
    found: dict[str, ast.expr] = {}
    for node in ast.walk(function) if function is not None else ():
        name, kind = _use(node)
        if kind:
            found.setdefault(name, ast.Name(kind))
    return found


def _use(node: ast.AST) -> tuple[str, str]:
    """Return a name and the kind of value that it must have; empty: nothing is said of one."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        kinds = {KINDS.get(type(s.value), "") for s in sides if isinstance(s, ast.Constant)}
        names = [s.id for s in sides if isinstance(s, ast.Name)]
        return (names[0], kinds.pop()) if names and len(kinds) == 1 else ("", "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id, "OptionalCallable"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        owners = [kind for kind, made in OWNERS if hasattr(made, node.attr)]
        return (node.value.id, owners[0]) if len(owners) == 1 else ("", "")
    return "", ""


def _arranged(
    parameters: list[inspect.Parameter], chosen: list[Any], chance: random.Random
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return a call that leaves some of the parameters with defaults out."""
    arguments: list[Any] = []
    named: dict[str, Any] = {}
    is_open = True
    for parameter, value in zip(parameters, chosen):
        if parameter.default is not inspect.Parameter.empty and chance.random() < 0.3:
            is_open = False
        elif parameter.kind is parameter.KEYWORD_ONLY or not is_open:
            if parameter.kind is not parameter.POSITIONAL_ONLY:
                named[parameter.name] = value
        else:
            arguments.append(value)
    return tuple(arguments), named
