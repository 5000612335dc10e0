"""What a declared setting looks like to its readers: key, type without rules, rules, phrases."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import lru_cache
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from gearshift.settings.rules import Between, Matches, OwnerOnly, ProjectAdds, Tightens

BOUNDS = (Between, Matches)
PROJECT_RULES = (OwnerOnly, ProjectAdds, Tightens)

Rule = Any


class Shape(NamedTuple):
    """A type taken apart: `kind` says which parts matter."""

    kind: Literal["entry", "map", "list", "scalar"]
    types: tuple[Any, ...]
    """entry: the class; map: key, value; list: item; scalar: the alternatives, None left out."""
    rules: tuple[Rule, ...] = ()
    is_optional: bool = False
    """Whether null is a value of it (the default of keys that may be unset)."""

    def rule(self, *kinds: type) -> Any:
        """Return the first rule of one of `kinds`, or None."""
        return next((r for r in self.rules if isinstance(r, kinds)), None)


class Setting(NamedTuple):
    """One declared field."""

    name: str
    key: str
    """The camelCase name that files and editors use."""
    hint: Any
    default: Any


def camel_case(name: str) -> str:
    """Return the key for a field: `debounce_ms` is `debounceMs`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@lru_cache(maxsize=32)
def settings_of(entry: type) -> Mapping[str, Setting]:
    """Return the fields of a settings class by key, in the order of their declaration."""
    hints = get_type_hints(entry, include_extras=True)
    found: dict[str, Setting] = {}
    for field in dataclasses.fields(entry):
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        key = camel_case(field.name)
        found[key] = Setting(field.name, key, hints[field.name], default)
    return found


@lru_cache(maxsize=256)
def shape_of(hint: Any) -> Shape:
    """Return the parts of a declared type.

    `X | None` is X with `is_optional`; rules of nested `Annotated` join the outer ones.
    """
    rules: list[Rule] = []
    while get_origin(hint) is Annotated:
        hint, *extras = get_args(hint)
        rules += extras
    origin: Any = get_origin(hint)
    if dataclasses.is_dataclass(hint):
        return Shape("entry", (hint,), tuple(rules))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return Shape("map", get_args(hint), tuple(rules))
    if origin is tuple:
        return Shape("list", get_args(hint)[:1], tuple(rules))
    if origin in (Union, types.UnionType):
        alternatives = tuple(a for a in get_args(hint) if a is not type(None))
        is_optional = len(alternatives) < len(get_args(hint))
        return Shape("scalar", alternatives, tuple(rules), is_optional)
    return Shape("scalar", (hint,), tuple(rules))


def literal_values(hint: Any) -> tuple[str, ...]:
    """Return the allowed words of a type, alternatives included; empty when it has none."""
    shape = shape_of(hint)
    words: list[str] = []
    for alternative in shape.types if shape.kind == "scalar" else ():
        if get_origin(alternative) is Literal:
            words += cast("tuple[str, ...]", get_args(alternative))
        elif get_origin(alternative) in (Union, types.UnionType, Annotated):
            words += literal_values(alternative)
    return tuple(words)


_NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "text on one line"}


def phrase(hint: Any) -> str:
    """Return what a value of the type is, for a sentence: `a whole number from 1 to 4096`."""
    shape = shape_of(hint)
    if shape.kind != "scalar":
        return "a list" if shape.kind == "list" else "an object"
    kind, *others = shape.types
    if others:
        return " or ".join(phrase(alternative) for alternative in shape.types)
    if kind not in _NAMES:
        words = ", ".join(f"`{word}`" for word in get_args(kind))
        if get_origin(kind) is not Literal:
            return phrase(kind)
        return words if len(get_args(kind)) == 1 else f"one of {words}"
    matches = shape.rule(Matches)
    if matches:
        return matches.text()
    between = shape.rule(Between)
    return f"{_NAMES[kind]} {between.text()}" if between else _NAMES[kind]
