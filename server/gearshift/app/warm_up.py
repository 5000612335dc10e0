"""What the first completion would wait for, done before while nobody waits."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

from gearshift.core import compact_json

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gearshift.routing.catalogue import Catalogue
    from gearshift.settings.schema import Settings

QUIET_SECONDS = 0.3
"""After this the editor has said what it says at a start, and a first completion has begun."""
MODULES = (
    "gearshift.languages.syntax",
    "gearshift.completion.joined",
    "gearshift.completion.ask",
    "gearshift.completion.hole",
    "gearshift.completion.trigger",
    "gearshift.completion.engine",
    "gearshift.completion.flow",
    "gearshift.app.sizes",
    "gearshift.providers.services",
    "gearshift.providers.link",
    "gearshift.privacy.ignore",
    "gearshift.privacy.audit",
    "gearshift.providers.wire",
)
"""In an order in which none takes longer than some milliseconds; what one imports is not listed."""


async def warm_up(
    settings: Settings,
    languages: Callable[[], Collection[str]],
    catalogue: Callable[[], Catalogue],
) -> None:
    """Import what a completion needs; read the catalogue; load the grammars of open documents.

    A piece at a time, between the messages of the editor: a request that comes in the middle
    needs what is there by then.
    """
    model = settings.models.get(settings.routing.get("inline", ""))
    if model is None or not (settings.inline.enable or settings.completion.enable):
        return
    from gearshift.providers import PROVIDERS

    row = PROVIDERS.get(model.provider)
    provider = [f"gearshift.providers.{row.connect.partition(':')[0]}"] if row else []
    for name in (*MODULES, *provider):
        import_module(name)
        await asyncio.sleep(0)
    catalogue()
    await asyncio.sleep(0)
    from gearshift.languages import language_of
    from gearshift.languages.tree import parser_of

    for language in {language_of(language) for language in languages()}:
        if language.grammar is not None:
            parser_of(language)
            await asyncio.sleep(0)


def use_orjson() -> None:
    """Load orjson, in some milliseconds, for all that is written and read with each completion."""
    import orjson

    compact_json.use(orjson.dumps, orjson.loads)
