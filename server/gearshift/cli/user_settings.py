"""Writing the user's settings file: comments and other keys stay, the old file is kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

BACKUPS = 5
"""How many earlier settings files are kept."""


def write_settings(
    file: Path, models: Mapping[str, Mapping[str, str]], *, inline: bool
) -> Path | None:
    """Put `models` and `inline.enable` into `file`; return where the old file was kept, if any.

    The named models are replaced whole, so that no key of an earlier provider is left. Raises
    SettingsError where the file is no TOML or can't be written; it is then as it was.
    """
    file = file.resolve()  # a link into a folder of dot files stays one
    try:
        old = file.read_text(encoding="utf-8") if file.exists() else None
        document = _changed(old or "", models, inline=inline)
        if document == old:
            return None
        file.parent.mkdir(parents=True, exist_ok=True)
        backup = _keep(file, old) if old is not None else None
        _put(file, document)
    except OSError as error:
        raise SettingsError(f"{file} can't be written: {error.strerror}.") from error
    return backup


def _changed(text: str, models: Mapping[str, Mapping[str, str]], *, inline: bool) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document: Any = tomlkit.parse(text)
    except TOMLKitError as error:
        raise SettingsError(
            f"Your settings file is not valid TOML, so it is left as it is: {error}."
        ) from error
    table = _table(document, "models", tomlkit.table(is_super_table=True))
    for name, model in models.items():
        row: Any = tomlkit.table()
        row.update(model)
        if name not in table:
            row.add(tomlkit.nl())
        table[name] = row
    if not inline or "inline" in document:
        _table(document, "inline", tomlkit.table())["enable"] = inline
    return tomlkit.dumps(document)


def _table(document: Any, key: str, fresh: Any) -> Any:
    if key not in document:
        document[key] = fresh
    if not hasattr(document[key], "update"):
        raise SettingsError(f"`{key}` in your settings file must be a table; correct it first.")
    return document[key]


def _keep(file: Path, text: str) -> Path:
    """Keep the file as it was beside it; return where. Older ones move on: `.old.1`, `.old.2`."""
    backup = file.with_name(f"{file.name}.old")
    kept = [backup, *(file.with_name(f"{backup.name}.{n}") for n in range(1, BACKUPS))]
    for older, newer in reversed(list(zip(kept[1:], kept, strict=False))):
        if newer.exists():
            newer.replace(older)
    _put(backup, text)
    return backup


def _put(file: Path, text: str) -> None:
    """Put `text` in place at once and whole, readable by its owner only."""
    # mkstemp makes the file with mode 0600.
    descriptor, fresh = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(fresh).replace(file)
