"""Words for what was refused: where it is, and the nearest thing that would be right."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from gearshift.settings.fields import literal_values, settings_of, shape_of
from gearshift.settings.schema import Settings

_LONGEST_KEY = 40
_SURE = 0.85
"""Likeness above which a key is a slip (`token` for `tokens`), below it may be a secret."""
_SECRET_KEYS = frozenset(
    {"apikey", "key", "token", "accesstoken", "authtoken", "secret", "password", "authorization"}
)


def join(path: str, key: str) -> str:
    """Return the path of `key` below `path`."""
    # A key can be anything, a pasted secret too: what is shown of it is short.
    shown = key if len(key) <= _LONGEST_KEY else key[: _LONGEST_KEY - 1] + "…"
    return f"{path}.{shown}" if path else shown


def named(path: str) -> str:
    """Return the subject of a sentence about `path`."""
    return f"`{path}`" if path else "The settings"


def unknown_key(path: str, key: str, names: tuple[str, ...]) -> str:
    """Return what is wrong with an undeclared `key` where `names` are known."""
    import difflib

    sure = difflib.get_close_matches(key, names, n=1, cutoff=_SURE)
    if not sure and key.replace("_", "").replace("-", "").lower() in _SECRET_KEYS:
        return (
            "is refused: settings never hold a key in clear; run `gearshift setup` to keep it in "
            "the system keyring, or name the variable that holds it with `apiKeyEnv`"
        )
    near = sure or difflib.get_close_matches(key, names, n=1)
    if near:
        return f"is not a setting; did you mean `{join(path, near[0])}`?"
    elsewhere = [known for known in _known_paths() if known.rpartition(".")[2] == key]
    if elsewhere:
        return f"is not a setting; did you mean `{elsewhere[0]}`?"
    return f"is not a setting; known here: {', '.join(f'`{name}`' for name in names)}"


@lru_cache(maxsize=1)
def _known_paths() -> tuple[str, ...]:
    found: list[str] = []
    for key, setting in settings_of(Settings).items():
        shape = shape_of(setting.hint)
        found.append(key)
        if shape.kind == "entry":
            found += [f"{key}.{inner}" for inner in settings_of(shape.types[0])]
    return tuple(found)


def nearest_word(value: object, hint: Any) -> str:
    """Return a question about the allowed word nearest to `value`, or nothing."""
    import difflib

    words = literal_values(hint)
    near = difflib.get_close_matches(value, words, n=1) if isinstance(value, str) else []
    return f"; did you mean `{near[0]}`?" if near else ""


def bracket_advice(value: object) -> str:
    """Return how to make a list of a single text, or nothing."""
    return "; put the value in brackets" if isinstance(value, str) else ""
