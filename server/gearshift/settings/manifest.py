"""The settings as VS Code's manifest, made of their declarations.

Used when files are generated, never by the server.
"""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from gearshift.settings.describe import plain, text_of
from gearshift.settings.fields import (
    BOUNDS,
    PROJECT_RULES,
    Setting,
    Shape,
    literal_values,
    settings_of,
    shape_of,
)
from gearshift.settings.rules import Between, Choices, Matches
from gearshift.settings.schema import Settings


def vscode_configuration() -> list[dict[str, Any]]:
    """Return the sections of `contributes.configuration`, without those of the client itself.

    Maps and lists are one setting each. What a project's file may not set freely has the scope
    `machine`, so that a workspace's own settings can't set it either.
    """
    sections: list[dict[str, Any]] = []
    for key, setting in settings_of(Settings).items():
        shape = shape_of(setting.hint)
        leaves = settings_of(shape.types[0]) if shape.kind == "entry" else {"": setting}
        owner: type = shape.types[0] if shape.kind == "entry" else Settings
        properties = {
            f"gearshift.{key}.{leaf}".rstrip("."): _property(owner, inner, number)
            for number, (leaf, inner) in enumerate(leaves.items(), start=1)
        }
        sections.append({"title": _title(key), "properties": properties})
    return sections


def _property(owner: type, setting: Setting, order: int) -> dict[str, Any]:
    shape = shape_of(setting.hint)
    rules = [*shape.rules, *(shape_of(shape.types[1]).rules if shape.kind == "map" else ())]
    restriction = next((rule for rule in rules if isinstance(rule, PROJECT_RULES)), None)
    found = _schema(setting.hint)
    found["default"] = plain(setting.default)
    found["scope"] = restriction.scope if restriction else "window"
    found["order"] = order
    choices = shape.rule(Choices)
    if choices:
        found["enumDescriptions"] = [_sentence(choices.text[word]) for word in found["enum"]]
    found["markdownDescription"] = text_of(owner, setting)
    return found


def _schema(hint: Any) -> dict[str, Any]:
    """Return the JSON schema of a declared type."""
    shape = shape_of(hint)
    if shape.kind == "entry":
        return _entry_schema(shape.types[0])
    if shape.kind == "list":
        return {"type": "array", "items": _schema(shape.types[0])}
    if shape.kind == "map":
        names = literal_values(shape.types[0])
        values = _schema(shape.types[1])
        if names:
            return {
                "type": "object",
                "properties": dict.fromkeys(names, values),
                "additionalProperties": False,
            }
        return {"type": "object", "additionalProperties": values}
    return _scalar_schema(shape)


def _entry_schema(entry: type) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for key, setting in settings_of(entry).items():
        properties[key] = {**_schema(setting.hint), "description": text_of(entry, setting)}
    # A named model may be null: no such model.
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def _scalar_schema(shape: Shape) -> dict[str, Any]:
    parts = [_plain_schema(kind) for kind in shape.types]
    if len(parts) > 1:
        return {"anyOf": parts}
    found = parts[0]
    for rule in shape.rules:
        if isinstance(rule, BOUNDS):
            found |= _bound_schema(rule)
    if shape.is_optional and "type" in found:
        found["type"] = [found["type"], "null"]
    return found


def _plain_schema(kind: Any) -> dict[str, Any]:
    if get_origin(kind) is Literal:
        return {"type": "string", "enum": list(get_args(kind))}
    if kind in _TYPES:
        return {"type": _TYPES[kind]}
    return _scalar_schema(shape_of(kind))


def _bound_schema(rule: Between | Matches) -> dict[str, Any]:
    if isinstance(rule, Matches):
        message = f"This must be {rule.form}."
        return {"pattern": f"^(?:{rule.pattern})$", "patternErrorMessage": message}
    low = "exclusiveMinimum" if rule.is_low_excluded else "minimum"
    bounds = {low: rule.low, "maximum": rule.high}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _title(key: str) -> str:
    return key[0].upper() + key[1:]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
