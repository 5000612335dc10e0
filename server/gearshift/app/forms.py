"""The prompt forms that were measured, kept in a small file: one row per model and server."""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING, Any, cast, get_args

from gearshift.core.model import PromptForm
from gearshift.settings.sources import file_stamp

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.settings.schema import ModelSettings
    from gearshift.settings.sources import Stamp

logger = logging.getLogger(__name__)
FILE_NAME = "forms.json"
MAX_BYTES = 1_000_000
"""A larger file was not written here."""
KNOWN: frozenset[PromptForm] = frozenset(get_args(PromptForm))


class Forms:
    """Reads the file when it is first asked; a file that can't be used counts as empty."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: dict[str, PromptForm] | None = None
        self._stamp: Stamp | None = None

    def has_changed(self) -> bool:
        """Whether another process wrote the file since it was read; it is then read again."""
        if self._rows is None or file_stamp(self._path) == self._stamp:
            return False
        self._rows = None
        return True

    def forget(self) -> None:
        """Read the file again when it is next needed."""
        self._rows = None

    def of(self, settings: ModelSettings) -> PromptForm | None:
        """Return the form that was measured for a model on its server; None: never."""
        if self._rows is None:
            self._stamp = file_stamp(self._path)
            self._rows = _read(self._path)
        return self._rows.get(_key(settings)) if self._rows else None

    def keep(self, settings: ModelSettings, form: PromptForm) -> None:
        """Write down a measured form in place of an earlier one. Raises OSError."""
        self._rows = {**_read(self._path), _key(settings): form}
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_text(json.dumps(self._rows, indent=2, ensure_ascii=False), "utf-8")
        fresh.replace(self._path)
        self._stamp = file_stamp(self._path)


def _key(settings: ModelSettings) -> str:
    """Return what a measurement holds for: a server of another address may prompt otherwise."""
    from gearshift.providers import PROVIDERS
    from gearshift.providers.address import origin_of

    row = PROVIDERS.get(settings.provider)
    address = settings.base_url or (row.base_url if row else None)
    where = origin_of(address) if address else settings.path or ""
    return f"{settings.provider} {settings.model} {where}".rstrip()


def _read(path: Path) -> dict[str, PromptForm]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("it is too large")
        found: Any = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        logger.warning("%s can't be used: %s", path, error)
        return {}
    rows = cast("dict[str, object]", found) if isinstance(found, dict) else {}
    return {key: form for key, row in rows.items() for form in KNOWN if form == row}
