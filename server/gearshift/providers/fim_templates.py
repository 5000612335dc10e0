"""Prompts in the fill-in-the-middle tokens of a family of models."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.core.model import FillRequest

COMMON_FAMILY = "qwen"
"""Whose tokens an unknown model is shown when its server takes no `suffix`: Qwen, CodeGemma and
Granite 4 share their spelling."""
_TOKEN = re.compile(r"<[^<>\s{}]+>|\[[A-Z]+\]")


@dataclass(frozen=True, slots=True)
class FillFamily:
    """One family's prompt; see `fim_templates.toml`."""

    name: str
    fill: str
    stops: tuple[str, ...]
    repository: str | None = None
    file: str | None = None

    def prompt(self, request: FillRequest) -> str:
        """Return the prompt for `request`, with its other files where the family takes them.

        Tokens of the family that stand in the texts themselves are left out: a server would read
        them as the prompt's own.
        """
        files = ""
        template = self.fill
        if self.repository and self.file and request.context:
            template = self.repository
            files = "".join(
                self.file.format(path=self._clean(c.path), text=self._clean(c.text))
                for c in request.context
            )
        return template.format(
            files=files,
            path=self._clean(request.path),
            prefix=self._clean(request.prefix),
            suffix=self._clean(request.suffix),
        )

    @property
    def takes_files(self) -> bool:
        """Whether the family was trained on prompts with other files."""
        return self.repository is not None

    def _clean(self, text: str) -> str:
        for token in _tokens(self):
            text = text.replace(token, "")
        return text


@cache
def _tokens(family: FillFamily) -> tuple[str, ...]:
    texts = (family.fill, family.repository or "", family.file or "", *family.stops)
    return tuple(sorted({token for text in texts for token in _TOKEN.findall(text)}))


@cache
def families() -> Mapping[str, FillFamily]:
    """Return the known families by name."""
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    text = Path(__file__).with_name("fim_templates.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = toml.loads(text)["family"]
    return MappingProxyType({row["name"]: _family(row) for row in rows})


def _family(row: dict[str, Any]) -> FillFamily:
    stops: list[str] = row.pop("stops")
    return FillFamily(**row, stops=tuple(stops))


def find_family(name: str | None) -> FillFamily | None:
    """Return the family called `name`; None when there is none."""
    return families().get(name) if name else None


def prefix_with_files(request: FillRequest, mark: str) -> str:
    """Return the prefix of `request` with its other files before it, for servers with a `suffix`.

    Each file stands under a line of `mark` and its path; with no other files it is the prefix
    alone.
    """
    if not request.context:
        return request.prefix
    files = "".join(f"{mark}{c.path}\n{c.text}\n\n" for c in request.context)
    return f"{files}{mark}{request.path}\n{request.prefix}"
