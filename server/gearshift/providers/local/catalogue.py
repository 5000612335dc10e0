"""The embedded models: what each is called, how big it is, its hash and where it comes from."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import SetupNeeded
from gearshift.core.model import PromptForm

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Wheels:
    """A file spread over data-only packages, in order."""

    package: str
    """Package name; `{number}` stands for 1, 2, …"""
    version: str
    count: int
    part_bytes: int
    """Size of every part but the last."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One model file."""

    name: str
    """What users call it."""
    file: str
    bytes: int
    sha256: str
    licence: str
    form: PromptForm
    """How it is asked for inline completions unless a probe says otherwise."""
    fill_family: str | None
    context: int
    """Tokens of prompt and answer together that its process makes room for."""
    repository: str
    """Owner and name at Hugging Face."""
    wheels: Wheels | None = None


def _weights(row: dict[str, Any]) -> Weights:
    wheels: dict[str, Any] | None = row.pop("wheels", None)
    return Weights(**row, wheels=Wheels(**wheels) if wheels else None)


@cache
def catalogue() -> Mapping[str, Weights]:
    """Return the embedded models by name, the smallest first."""
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    text = Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = toml.loads(text)["model"]
    return MappingProxyType({row["name"]: _weights(row) for row in rows})


def find_weights(name: str) -> Weights:
    """Return the embedded model called `name`; an unknown name is a SetupNeeded naming the rest."""
    known = catalogue()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {' and '.join(known)}."
    raise SetupNeeded(f"There is no embedded model called {name or '(nothing)'}; {hint}")
