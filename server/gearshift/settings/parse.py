"""Reads settings leniently: any JSON-like input gives settings and a list of what was refused.

Driven by the declarations in `schema` alone; there is no code for any single key.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast

from gearshift.settings.advice import bracket_advice, join, named, nearest_word, unknown_key
from gearshift.settings.fields import Shape, literal_values, phrase, settings_of, shape_of
from gearshift.settings.rules import (
    Accumulates,
    Essential,
    Identity,
    OwnerOnly,
    ProjectAdds,
    Tightens,
    Whole,
)
from gearshift.settings.schema import Settings
from gearshift.settings.values import MISSING, as_list, as_mapping, as_scalar

Level = Literal["user", "project", "editor"]
"""Who wrote the settings; only a project's file is restricted."""

ROOT_KEY = "gearshift"


class Problem(NamedTuple):
    """One value that was not taken, for the user: no value is ever repeated in it."""

    path: str
    """`models.mini.provider`, `quota.budgets[0].usd`; empty: the settings as a whole."""
    message: str
    """One sentence: what is wrong and the nearest valid key or value."""
    source: str = ""
    """Where it was written: a file's path, `editor`, or empty when unknown."""


class Parsed(NamedTuple):
    """Usable settings, and what was refused on the way."""

    settings: Settings
    problems: tuple[Problem, ...] = ()


def parse(options: object, base: Settings | None = None, level: Level = "editor") -> Parsed:
    """Return `base` with everything valid in `options` put over it; never raises.

    `options` has camelCase keys, with or without a `gearshift` root. A bad value falls back alone
    to what `base` has; null keeps it too. Of a model whose `provider` or `baseUrl` is bad nothing
    is taken, so that code and keys never go to another place than was meant. `level` "project"
    applies the restrictions on project files.
    """
    reader = _Reader(level)
    if isinstance(options, Mapping) and ROOT_KEY in options:
        options = cast("Mapping[str, object]", options)[ROOT_KEY]
    settings = base or Settings()
    if options is not None:
        settings = reader.read_entry(cast("object", options), Settings, settings, "")
    return Parsed(settings, tuple(reader.problems))


class _Reader:
    def __init__(self, level: Level) -> None:
        self.level: Level = level
        self.problems: list[Problem] = []

    def complain(self, path: str, message: str) -> None:
        self.problems.append(
            Problem(path, f"{named(path)} {message}" + ("" if message.endswith("?") else "."))
        )

    def read(self, value: object, hint: Any, base: Any, path: str) -> Any:
        """Return the value to use: the new one if it is valid and allowed, else `base`."""
        shape = shape_of(hint)
        owner_only = shape.rule(OwnerOnly)
        if owner_only and self.level == "project":
            advice = f"because {owner_only.reason}; set it in your own settings"
            self.complain(path, f"can't be set by a project file, {advice}")
            return base
        if shape.kind == "entry":
            return self.read_entry(value, shape.types[0], base, path)
        if shape.kind == "map":
            return self.read_map(value, shape, base, path)
        if shape.kind == "list":
            return self.read_list(value, shape, base, path)
        return self.read_scalar(value, hint, base, path)

    def read_entry(self, value: object, entry: type, base: Any, path: str) -> Any:
        """Return `base`, or the defaults where there is none, with the valid keys of `value`."""
        items = as_mapping(value)
        if items is None:
            self.complain(path, "must be an object")
            return base
        start = self.start_of_entry(items, entry, base, path)
        if start is None:
            return base
        settings = settings_of(entry)
        changes: dict[str, Any] = {}
        for key, item in items.items():
            setting = settings.get(key)
            where = join(path, key)
            if setting is None:
                self.complain(where, unknown_key(path, key, tuple(settings)))
            elif item is not None:
                old = getattr(start, setting.name)
                changes[setting.name] = self.read(item, setting.hint, old, where)
        return dataclasses.replace(start, **changes) if changes else start

    def start_of_entry(
        self, items: Mapping[str, object], entry: type, base: Any, path: str
    ) -> Any | None:
        """Return what the keys of `items` are put over; None: nothing of them can be taken."""
        start: Any = entry() if base is MISSING else base
        for key, setting in settings_of(entry).items():
            item = items.get(key)
            if item is None or shape_of(setting.hint).rule(Identity, Essential) is None:
                continue
            new = self.read(item, setting.hint, MISSING, join(path, key))
            if new is MISSING:
                self.complain(path, f"is not taken from here until its `{key}` is right")
                return None
            if shape_of(setting.hint).rule(Identity) and new != getattr(start, setting.name):
                start = entry()
        return start

    def read_map(self, value: object, shape: Shape, base: Any, path: str) -> Any:
        """Return `base` with the valid items of `value` put over it by key."""
        items = as_mapping(value)
        if items is None:
            self.complain(path, "must be an object")
            return base
        key_hint, value_hint = shape.types
        names = literal_values(key_hint)
        merged = dict(base)
        for key, item in items.items():
            where = join(path, key)
            if names and key not in names:
                self.complain(where, unknown_key(path, key, names))
            elif not names and as_scalar(key, key_hint) is MISSING:
                self.complain(where, f"needs a name that is {phrase(key_hint)}")
            elif item is not None:
                new = self.read(item, value_hint, merged.get(key, MISSING), where)
                if new is not MISSING:
                    merged[key] = new
        return MappingProxyType(merged)

    def read_list(self, value: object, shape: Shape, base: Any, path: str) -> Any:
        """Return the valid items of `value`; added to `base` where the rules say so."""
        items = as_list(value)
        if items is None:
            self.complain(path, f"must be a list{bracket_advice(value)}")
            return base
        read = [
            self.read(item, shape.types[0], MISSING, f"{path}[{number}]")
            for number, item in enumerate(items)
        ]
        taken = [item for item in read if item is not MISSING]
        if len(taken) < len(read) and shape.rule(Whole):
            return base
        adds = shape.rule(Accumulates) or (self.level == "project" and shape.rule(ProjectAdds))
        if adds and base is not MISSING:
            return (*base, *(item for item in taken if item not in base))
        return tuple(taken)

    def read_scalar(self, value: object, hint: Any, base: Any, path: str) -> Any:
        """Return `value` as the declared type, or `base`."""
        new = as_scalar(value, hint)
        if new is MISSING:
            self.complain(path, f"must be {phrase(hint)}{nearest_word(value, hint)}")
            return base
        tightens = shape_of(hint).rule(Tightens)
        if tightens and self.level == "project":
            old = None if base is MISSING else base
            if tightens.loosens(new, old):
                self.complain(path, "can't be made looser by a project file; set it in your own")
                return base
        return new
