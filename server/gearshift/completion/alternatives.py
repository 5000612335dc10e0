"""Other suggestions for the same place, for who asks again there without an edit in between."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gearshift.completion.engine import offer
from gearshift.core.errors import GearshiftError
from gearshift.core.suggestions import Skip, Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.completion.generation import Generation

MORE = 2
"""How many are asked for beside the first one; Copilot shows three in all."""
TEMPERATURE = 0.4
"""Copilot's for several answers; at 0.2 small models say the same again."""
SECONDS = 4.0
"""Longest wait for them: the first one stands on the screen meanwhile."""


class Alternatives:
    """Those for one place; asked for once."""

    def __init__(self) -> None:
        self._found: tuple[str, ...] | None = None

    async def others(
        self, first: Suggestion, begin: Callable[[], Generation | Skip]
    ) -> tuple[str, ...]:
        """Return texts that may stand in place of `first`, each another one.

        A request that fails or takes too long is left out: there is a suggestion already.
        """
        if self._found is None:
            generations = await _read(begin)
            offers = (offer(each.text, each.hole, each.sent_head) for each in generations)
            texts = [first.text, *(each.text for each in offers if isinstance(each, Suggestion))]
            unique = {text.strip(): text for text in reversed(texts)}
            self._found = tuple(text for text in reversed(unique.values()) if text != first.text)
        return self._found


async def _read(begin: Callable[[], Generation | Skip]) -> list[Generation]:
    """Return the generations that ended well in time."""
    reading: dict[asyncio.Task[None], Generation] = {}
    for _ in range(MORE):
        try:
            generation = begin()
        except GearshiftError:
            break
        if isinstance(generation, Skip):
            break
        generation.vary(TEMPERATURE)
        reading[asyncio.ensure_future(generation.read())] = generation
    if not reading:
        return []
    try:
        await asyncio.wait(reading, timeout=SECONDS)
    finally:
        for task in reading:
            task.cancel()
        ended = await asyncio.gather(*reading, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception) and not isinstance(error, GearshiftError):
            raise error
    pairs = zip(ended, reading.values(), strict=True)
    return [generation for error, generation in pairs if error is None]
