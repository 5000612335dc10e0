"""What the first completion would wait for, done before while nobody waits."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from gearshift.settings.schema import Settings

QUIET_SECONDS = 0.3
"""After this the editor has said what it says at a start, and a first completion has begun."""
MODULES = (
    "gearshift.completion.flow",
    "gearshift.completion.trigger",
    "gearshift.privacy.gate",
    "gearshift.providers.services",
    "gearshift.providers.wire",
    "gearshift.routing.catalogue",
)


async def warm_up(settings: Settings, languages: Collection[str]) -> None:
    """Import what a completion needs and load the grammars of `languages`, in a thread."""
    model = settings.models.get(settings.routing.get("inline", ""))
    if model is None or not settings.inline.enable:
        return
    await asyncio.to_thread(_load, model.provider, languages)


def _load(provider: str, languages: Collection[str]) -> None:
    for name in MODULES:
        import_module(name)
    from gearshift.languages import language_of
    from gearshift.languages.tree import parser_of
    from gearshift.privacy.ignore import built_in
    from gearshift.providers import PROVIDERS

    built_in()
    row = PROVIDERS.get(provider)
    if row is not None:
        import_module(f"gearshift.providers.{row.connect.partition(':')[0]}")
    for language in {language_of(language) for language in languages}:
        if language.grammar is not None:
            parser_of(language)
