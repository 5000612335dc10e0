"""The Python code that tests are written for: its source, and how a test reaches it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gearshift.actions.context import module_of
from gearshift.actions.prompts import target_code
from gearshift.core.errors import UserError
from gearshift.languages.statements import bound_by, bound_name, only
from gearshift.verify.change import parse
from gearshift.verify.coverage import shape_of

if TYPE_CHECKING:
    from gearshift.actions.request import ActionRequest

MOST_NAMES = 8
MOST_LINES = 15
"""Lines of other code in the file that are shown as they are."""
BUILT_IN = frozenset(
    name for kind in (str, bytes, int, float, list, dict, set, tuple, object) for name in dir(kind)
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is under test."""

    source: str
    """Its source with the imports and definitions that it needs to be understood."""
    names: tuple[str, ...]
    """Names to import; the last one is what is tested."""
    module: str
    """Dotted name of its module."""
    call: str
    """How a prompt says what each test calls."""
    used: frozenset[str]
    """Names of which each test must use one."""
    imports: Mapping[str, str] = field(default_factory=dict[str, str])
    """Everything that its module binds, with the statement that imports it."""
    doc: str = ""
    """Its docstring."""

    @property
    def statement(self) -> str:
        """The import statement."""
        return f"from {self.module} import {', '.join(self.names)}"


def subject_of(request: ActionRequest) -> Subject:
    """Return the subject; raises UserError where there is nothing that a test can reach and run."""
    assert request.project is not None
    assert request.snapshot.path is not None
    _, module = module_of(request.snapshot.path, request.project)
    tree = parse(request.snapshot.text)
    if tree is None:
        raise UserError("The file does not parse, so no test could import it.")
    first, last = target_lines(request)
    if not shape_of(request.snapshot.text, first, last).statements:
        raise UserError(f"{request.name} has no code of its own that a test could run.")
    subject = _subject(request, module, tree)
    return replace(subject, imports=_imports(module, tree), doc=_doc(tree, first, last))


def target_lines(request: ActionRequest) -> tuple[int, int]:
    """Return the first and the last line of the target, from 1."""
    span = request.target.range
    return span.start.line + 1, span.end.line + 1


def _subject(request: ActionRequest, module: str, tree: ast.Module) -> Subject:
    symbol = request.target.symbol
    if symbol is None:
        return _of_module(request, module, tree)
    top, _, inner = symbol.qualified_name.partition(".")
    node = next((n for n in tree.body if getattr(n, "name", None) == top), None)
    if node is None:
        raise UserError(f"{request.name} is defined inside other code, where no test reaches it.")
    needed, taken = _needed(request, tree, node)
    if isinstance(node, ast.ClassDef):
        call = f"`{symbol.name}` of `{top}`" if inner else f"`{top}`"
        source = _class_source(request, node, {symbol.name}) if inner else target_code(request)
        used = (
            frozenset({symbol.name, top})
            if symbol.name.startswith("__")
            else frozenset({symbol.name if inner else top})
        )
        return Subject(needed + source, (*taken, top), module, call, used)
    if inner:
        raise UserError(f"{request.name} is defined inside `{top}`, where no test reaches it.")
    names = (*taken, top)
    return Subject(needed + target_code(request), names, module, f"`{top}`", frozenset({top}))


def _of_module(request: ActionRequest, module: str, tree: ast.Module) -> Subject:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = [n.name for n in tree.body if isinstance(n, kinds) and not n.name.startswith("_")]
    if not names:
        raise UserError("There is no public function or class in this file to test.")
    names = names[:MOST_NAMES]
    call = "one of " + ", ".join(f"`{name}`" for name in names)
    return Subject(request.snapshot.text, tuple(names), module, call, frozenset(names))


def _imports(module: str, tree: ast.Module) -> dict[str, str]:
    """Return how a test gets each name of the module: as the module does, or out of it."""
    found: dict[str, str] = {}
    for node in tree.body:
        for name in bound_by(node):
            found[name] = f"from {module} import {name}"
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level):
            for alias in node.names:
                found[bound_name(alias)] = ast.unparse(only(node, [alias]))
    return found


def _doc(tree: ast.Module, first: int, last: int) -> str:
    """Return the docstring of the definition at the lines."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            lines = [node.lineno, *(d.lineno for d in node.decorator_list)]
            if min(lines) == first and node.end_lineno == last:
                return ast.get_docstring(node) or ""
    return ""


def _needed(request: ActionRequest, tree: ast.Module, node: ast.stmt) -> tuple[str, list[str]]:
    """Return what of the file `node` names, with the classes of values that it takes.

    Those classes are named as well: a test has to make such values. Of longer classes only fields,
    constructor and what is used of them are shown; other long code is not.
    """
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    used = _used_of_values(node, {name for other in tree.body for name in bound_by(other)})
    lines = request.snapshot.text.split("\n")
    found: list[str] = []
    names: list[str] = []
    for other in tree.body:
        members = _members(other) if isinstance(other, ast.ClassDef) else set[str]()
        taken = [each for each in used if each <= members]
        if other is node or not (bound_by(other) & read or taken):
            continue
        piece = lines[other.lineno - 1 : other.end_lineno]
        if isinstance(other, ast.ClassDef):
            names += [other.name] if taken else []
            if len(piece) > MOST_LINES:
                piece = [_class_source(request, other, set[str]().union(*taken))]
        if len(piece) <= MOST_LINES:
            found.append("\n".join(piece))
    return "\n".join(found) + "\n\n\n" if found else "", names


def _used_of_values(node: ast.stmt, known: set[str]) -> list[set[str]]:
    """Return the attributes read of each value that `node` is given; not of modules and classes.

    What values of built-in types have says nothing of a value's class.
    """
    found: dict[str, set[str]] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            found.setdefault(each.value.id, set()).add(each.attr)
    strange = known | {"self", "cls"}
    return [used for name, used in found.items() if name not in strange and used - BUILT_IN]


def _members(node: ast.ClassDef) -> set[str]:
    """Return the names of a class's methods and fields, also those that its methods set."""
    found = {name for member in node.body for name in bound_by(member)}
    return found | {
        n.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
    }


def _class_source(request: ActionRequest, node: ast.ClassDef, methods: Set[str]) -> str:
    """Return the class with its fields, its constructor and the methods that are named."""
    lines = request.snapshot.text.split("\n")
    shown = [f"class {node.name}({', '.join(map(ast.unparse, node.bases))}):".replace("()", "")]
    if node.decorator_list:
        shown = [f"@{ast.unparse(d)}" for d in node.decorator_list] + shown
    for member in node.body:
        name = getattr(member, "name", None)
        if name in {"__init__", "__new__", *methods} or isinstance(
            member, (ast.Assign, ast.AnnAssign)
        ):
            decorators: list[ast.expr] = getattr(member, "decorator_list", [])
            first = min([member.lineno, *(d.lineno for d in decorators)])
            shown += lines[first - 1 : member.end_lineno]
    return "\n".join(shown)
