"""What a name stands for is put in its place: variables of a function, functions of one `return`.

rope's own operation for this is not used: it forgets the parentheses of `(a + b) * 2`, and doubles
a line that calls the function twice.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gearshift.restructure.places import bindings, definition
from gearshift.restructure.source import (
    Comprehension,
    Function,
    Scope,
    Source,
    exchanged,
    is_plain,
    is_pure,
    own_nodes,
    parents_of,
    put_in_places,
    read_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Unsure = (ast.IfExp, ast.BoolOp, ast.Lambda, ast.Assert, ast.While, *Comprehension)
"""Below these a part may be worked out never, or more than once."""
Acting = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.Subscript, ast.NamedExpr)


def inlinable_variables(text: str, symbol: str) -> dict[str, str]:
    """Return the variables of a function that can be put in place, with what they stand for."""
    try:
        source = Source(text)
    except SyntaxError:
        return {}
    node = definition(source.tree, symbol)
    if not isinstance(node, Function):
        return {}
    names = dict.fromkeys(name for name, _, _ in bindings(node))
    found = {name: _variable(node, name) for name in names}
    return {name: source.of(each[0].value) for name, each in found.items() if each}


def inlinable_functions(text: str, symbol: str) -> dict[str, str]:
    """Return the functions of the module that can be put in place and that `symbol` calls or is.

    What is outside the module is looked at only when it is done.
    """
    try:
        source = Source(text)
    except SyntaxError:
        return {}
    node = definition(source.tree, symbol)
    if node is None:
        return {}
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    called = {func.id for func in calls if isinstance(func, ast.Name)}
    found: dict[str, str] = {}
    for other in source.tree.body:
        if isinstance(other, Function) and (other is node or other.name in called):
            value = returned(other)
            if value is not None:
                found[other.name] = source.of(value)
    return found


# --- variables -------------------------------------------------------------------------------


def without_variable(text: str, symbol: str, name: str) -> str | None:
    """Return the text with the variable's value in its places; None: that can't be done safely."""
    source = Source(text)
    node = definition(source.tree, symbol)
    found = _variable(node, name) if isinstance(node, Function) else None
    if found is None:
        return None
    assignment, places = found
    words = source.of(assignment.value)
    values = [(source.span(place), words) for place in places]
    first, last = assignment.lineno, assignment.end_lineno or assignment.lineno
    if source.text[slice(*source.rows(first, last))].strip() != source.of(assignment):
        return None  # a comment or another statement stands on its line
    return put_in_places(text, [(source.rows(first, last), "")], values)


def _variable(
    function: ast.FunctionDef | ast.AsyncFunctionDef, name: str
) -> tuple[ast.Assign, list[ast.Name]] | None:
    """Return the only assignment of a variable and its uses, where those can take its value."""
    everywhere = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == name]
    own = [n for n in own_nodes(function) if isinstance(n, ast.Name) and n.id == name]
    uses = [n for n in own if isinstance(n.ctx, ast.Load)]
    if len(everywhere) != len(own) or len(own) != len(uses) + 1 or not uses:
        return None
    for block in _blocks(function):
        for number, statement in enumerate(block):
            if isinstance(statement, ast.Assign) and _assigns(statement, name):
                rest = block[number + 1 :]
                inside = [n for s in rest for n in ast.walk(s)]
                is_fit = all(use in inside for use in uses) and _fits(statement, rest, uses)
                return (statement, uses) if is_fit else None
    return None


def _assigns(statement: ast.Assign, name: str) -> bool:
    [first, *others] = statement.targets
    return not others and isinstance(first, ast.Name) and first.id == name


def _blocks(function: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in (function, *own_nodes(function)):
        for part in ("body", "orelse", "finalbody"):
            block: object = getattr(node, part, None)
            if isinstance(block, list):
                yield [s for s in block if isinstance(s, ast.stmt)]  # pyright: ignore[reportUnknownVariableType]


def _fits(statement: ast.Assign, rest: list[ast.stmt], uses: list[ast.Name]) -> bool:
    """Whether the value is the same where it is used, and is worked out as often as before."""
    value = statement.value
    if any(isinstance(n, ast.JoinedStr) for s in (statement, *rest) for n in _around(s, uses)):
        return False  # before Python 3.12 nobody can tell where a name in an f-string stands
    if is_pure(value) and (is_plain(value) or len(uses) == 1):
        kept = read_in(value)
        rebound = {
            n.id
            for s in rest
            for n in ast.walk(s)
            if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
        }
        return not kept & rebound
    return len(uses) == 1 and _is_next(rest[0], uses[0]) and not _yields(value)


def _around(statement: ast.stmt, uses: list[ast.Name]) -> Iterator[ast.AST]:
    """Yield the nodes of a statement that hold one of the uses."""
    for node in ast.walk(statement):
        if any(use is inner for inner in ast.walk(node) for use in uses):
            yield node


def _yields(value: ast.expr) -> bool:
    return any(isinstance(n, (ast.Yield, ast.YieldFrom, ast.NamedExpr)) for n in ast.walk(value))


def _is_next(statement: ast.stmt, use: ast.Name) -> bool:
    """Whether the use is the first thing that the statement after the assignment does."""
    parents = parents_of(statement)
    above: list[ast.AST] = []
    node: ast.AST = use
    while node is not statement and node in parents:
        node = parents[node]
        above.append(node)
    if statement not in above:
        return False
    below = [n for n in above if n is not statement]
    if any(isinstance(n, (ast.stmt, ast.ExceptHandler, *Scope)) for n in below):
        return False
    if any(isinstance(n, Unsure) for n in above):
        return False
    place = (use.lineno, use.col_offset)
    return not any(
        isinstance(n, Acting) and n not in above and (n.lineno, n.col_offset) < place
        for n in ast.walk(statement)
    )


# --- functions -------------------------------------------------------------------------------


def returned(node: ast.stmt) -> ast.expr | None:
    """Return what a function of one `return` gives; None: it is no such function."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return None
    arguments = node.args
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    is_simple = not (arguments.vararg or arguments.kwarg) and len(body) == 1
    value = body[0].value if is_simple and isinstance(body[0], ast.Return) else None
    if value is None:
        return None
    kinds = (ast.Lambda, ast.Await, ast.Yield, ast.NamedExpr, ast.JoinedStr, *Comprehension)
    if any(isinstance(n, kinds) for n in ast.walk(value)) or node.name in read_in(value):
        return None
    return value


def put_in(source: Source, function: ast.FunctionDef, call: ast.Call, of: Source) -> str | None:
    """Return what a call becomes; None: it can't be told or would be worked out otherwise.

    `of` is the text that the function is in, `source` the one with the call.
    """
    value = returned(function)
    given = _given(function, call)
    if value is None or given is None:
        return None
    used = [n for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in given]
    effects = [name for name, node in given.items() if not is_plain(node)]
    if len(effects) > 1 or any(_times(used, name) != 1 for name in effects):
        return None
    if effects and any(isinstance(n, (ast.IfExp, ast.BoolOp)) for n in ast.walk(value)):
        return None
    start = of.span(value)[0]
    written = {name: _words(node, function, source, of) for name, node in given.items()}
    pieces = [(of.span(n), written[n.id]) for n in used]
    return exchanged(of.of(value), [((a - start, b - start), words) for (a, b), words in pieces])


def _words(node: ast.expr, function: ast.FunctionDef, source: Source, of: Source) -> str:
    defaults = [*function.args.defaults, *function.args.kw_defaults]
    text = (of if node in defaults else source).of(node)
    return text if is_plain(node) or isinstance(node, (ast.Call, ast.Attribute)) else f"({text})"


def _times(used: list[ast.Name], name: str) -> int:
    return sum(n.id == name for n in used)


def _given(function: ast.FunctionDef, call: ast.Call) -> Mapping[str, ast.expr] | None:
    """Return the value of each parameter in a call; None: it can't be told."""
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    only = [a.arg for a in arguments.kwonlyargs]
    if len(call.args) > len(names) or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    found: dict[str, ast.expr] = {}
    defaults = zip(reversed(names), reversed(arguments.defaults), strict=False)
    found |= dict(defaults)
    found |= {n: d for n, d in zip(only, arguments.kw_defaults, strict=True) if d is not None}
    if not all(map(is_plain, found.values())):
        return None
    found |= dict(zip(names, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg not in {*names, *only}:
            return None
        found[keyword.arg] = keyword.value
    return found if set(found) == {*names, *only} else None
