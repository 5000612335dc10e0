"""Add types: annotations, and nothing but annotations."""

from __future__ import annotations

import ast
import textwrap

from gearshift.actions.action import Action, Place
from gearshift.actions.offering import is_code, label
from gearshift.actions.rewrite import judging, rewriting
from gearshift.languages import language_of
from gearshift.verify.change import parse

TYPED_LANGUAGES = frozenset({"Python", "TypeScript", "TSX", "PHP"})
MOST_CHARACTERS = 40_000
"""Of a text that is looked through while a menu waits, in about 20 ms."""
ORDER = (
    "Add type annotations to all parameters and return values. "
    "Change nothing else: every other character stays."
)


def lacks_types(place: Place) -> bool:
    """Whether the language has optional types and, as far as can be told, some are missing."""
    if not is_code(place) or place.target is None:
        return False
    language = language_of(place.snapshot.language)
    if language.name != "Python":
        return language.name in TYPED_LANGUAGES
    if len(place.target.text) > MOST_CHARACTERS:
        return True
    tree = parse(textwrap.dedent(" " * place.target.range.start.column + place.target.text))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return tree is None or any(
        isinstance(node, functions) and _is_untyped(node) for node in ast.walk(tree)
    )


def _is_untyped(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if named and named[0].arg in {"self", "cls"}:
        named = named[1:]
    missing = any(argument.annotation is None for argument in named)
    return missing or (function.returns is None and function.name != "__init__")


ADD_TYPES = Action(
    name="addTypes",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.addTypes",),
    description="Adds type annotations; the code itself stays as it is.",
    title=lambda place: f"Add types to {label(place)}",
    applies=lacks_types,
    prompt=rewriting(lambda _: ORDER),
    judge=judging(
        "Added types to {name}.",
        ("parse", "symbol", "types", "names", "imports", "interface", "comments"),
        keeps="everything",
    ),
)
