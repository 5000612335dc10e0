"""The settings as a page of documentation, made of their declarations.

Used when files are generated, never by the server.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

from gearshift.settings import schema
from gearshift.settings.fields import (
    PROJECT_RULES,
    Setting,
    Shape,
    camel_case,
    phrase,
    settings_of,
    shape_of,
)
from gearshift.settings.rules import Choices
from gearshift.settings.schema import Settings

_HEAD = """# Settings

Every editor and every file takes the same settings, with these names.
Sources, lowest first: the defaults below, your own `config.toml`, the project's \
`.gearshift.toml`, the editor.
A value that can't be used falls back alone to the source below it, and one message says which \
and why; `null` keeps what the source below says.
A file that changes is read again at once where the editor tells of it, else with the next request.
Your own file is in the user configuration folder (`~/.config/gearshift/config.toml` on Linux); \
`GEARSHIFT_CONFIG` names another.
`GEARSHIFT_STATE` names another folder for the ledger, the logs and the audit, and \
`GEARSHIFT_MODELS` one for the embedded models.

```toml
[models.mini]
provider = "openai"
model = "gpt-6-luna"

[[quota.budgets]]
window = "day"
usd = 2.0
```

Keys are never written in settings: they come from the environment, the system's keyring \
(`gearshift setup`) or a command.
A cloned repository must not redirect code, run anything, loosen privacy or spend more: the last \
column says what a project's file may do.
"""


class Entry(NamedTuple):
    """One setting that has a value of its own."""

    path: str
    setting: Setting
    text: str
    rules: tuple[Any, ...]
    """The rules that hold for it, those of the settings around it first."""


def settings_markdown() -> str:
    """Return `docs/settings.md`."""
    parts = [_HEAD]
    for key, setting in settings_of(Settings).items():
        parts.append(f"\n## {key}\n\n{text_of(Settings, setting)}\n")
        parts.append("\n| Setting | Value | Default | Meaning | From a project file |\n")
        parts.append("|---|---|---|---|---|\n")
        parts += [_row(entry) for entry in entries() if entry.path.split(".")[0] == key]
    return "".join(parts)


def entries() -> Iterator[Entry]:
    """Yield every setting that has a value, as declared; `<name>` stands for any name."""
    for key, setting in settings_of(Settings).items():
        yield from _entries(key, Settings, setting, ())


def _entries(path: str, owner: type, setting: Setting, outer: tuple[Any, ...]) -> Iterator[Entry]:
    shape = shape_of(setting.hint)
    rules = (*outer, *(rule for rule in shape.rules if isinstance(rule, PROJECT_RULES)))
    inner = _inner_entry(shape)
    if inner is None:
        value_rules = shape_of(shape.types[1]).rules if shape.kind == "map" else ()
        yield Entry(path, setting, text_of(owner, setting), (*rules, *value_rules))
        return
    at = {"entry": path, "map": f"{path}.<name>", "list": f"{path}[]"}[shape.kind]
    for key, item in settings_of(inner).items():
        yield from _entries(f"{at}.{key}", inner, item, rules)


def _inner_entry(shape: Shape) -> type | None:
    """Return the settings class inside a type, if there is one."""
    inner = shape.types[-1]
    return cast("type", inner) if is_dataclass(inner) else None


def _row(entry: Entry) -> str:
    text = entry.text
    choices = shape_of(entry.setting.hint).rule(Choices)
    if choices:
        listed = "<br>".join(f"`{word}`: {meaning}" for word, meaning in choices.text.items())
        text = f"{text}<br>{listed}"
    notes = [rule.note() for rule in entry.rules if isinstance(rule, PROJECT_RULES)]
    cells = (
        f"`{entry.path}`",
        _value_phrase(entry.setting.hint),
        f"`{json.dumps(plain(entry.setting.default))}`",
        text,
        notes[0] if notes else "yes",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _value_phrase(hint: Any) -> str:
    shape = shape_of(hint)
    if shape.kind == "list":
        return f"list of {_plural(shape.types[0])}"
    if shape.kind == "map":
        return f"object: {_value_phrase(shape.types[1])} by name"
    nothing = ", or null" if shape.is_optional else ""
    return phrase(hint).removeprefix("one of ") + nothing


def _plural(hint: Any) -> str:
    return "texts" if hint is str else phrase(hint)


def plain(value: Any) -> Any:
    """Return a default as JSON."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value)
        return {key: plain(item) for key, item in items.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in cast("tuple[Any, ...]", value)]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def text_of(owner: type, setting: Setting) -> str:
    """Return the string under a field of the settings class `owner`, on one line."""
    return _texts()[owner.__name__, setting.key]


@lru_cache(maxsize=1)
def _texts() -> Mapping[tuple[str, str], str]:
    """Return the string under each field of the schema, on one line, by class and key."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(inspect.getsource(schema)).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for field, below in zip(node.body, node.body[1:], strict=False):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    found[node.name, camel_case(name)] = " ".join(text.split())
                case _:
                    pass
    return found
