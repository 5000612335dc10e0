"""Takes single values as their declared types: nothing here knows a key or a place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast, get_args, get_origin

from gearshift.settings.fields import BOUNDS, shape_of

MISSING: Any = object()
"""Stands for "no such value": not given, or not of the type."""


def as_mapping(value: object) -> Mapping[str, object] | None:
    """Return `value` as an object with text keys, or None."""
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value)
        return {str(key): item for key, item in items.items()}
    # Neovim sends an empty Lua table as an empty list.
    return {} if isinstance(value, Sequence) and not value and not isinstance(value, str) else None


def as_list(value: object) -> Sequence[object] | None:
    """Return `value` as a list, or None."""
    if isinstance(value, list | tuple):
        return cast("Sequence[object]", value)
    return () if isinstance(value, Mapping) and not value else None


def as_scalar(value: object, hint: Any) -> Any:
    """Return `value` as the type of `hint`, or `MISSING`."""
    shape = shape_of(hint)
    for alternative in shape.types:
        kind: Any = alternative
        if shape_of(kind).rules or len(shape_of(kind).types) > 1:
            new = as_scalar(value, kind)
        else:
            new = _as_plain(value, kind)
        if new is not MISSING and all(r.allows(new) for r in shape.rules if isinstance(r, BOUNDS)):
            return new
    return MISSING


def _as_plain(value: object, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        return value if isinstance(value, str) and value in get_args(kind) else MISSING
    if kind is str:
        is_line = isinstance(value, str) and value.isprintable()
        return value if is_line else MISSING
    if kind is bool:
        return value if isinstance(value, bool) else MISSING
    if isinstance(value, bool) or not isinstance(value, int | float):
        return MISSING
    return _as_number(value, kind)


def _as_number(value: int | float, kind: type) -> Any:
    try:
        if not math.isfinite(value):
            return MISSING
        number = kind(value)
    except OverflowError:  # a whole number beyond the largest float
        return MISSING
    return number if number == value else MISSING
