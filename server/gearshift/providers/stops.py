"""Stop sequences cut on this side, for vendors that take none or only a few."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from gearshift.core.model import Chunk

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence


async def cut_at_stops(
    chunks: AsyncGenerator[Chunk, None], stops: Sequence[str]
) -> AsyncGenerator[Chunk, None]:
    """Yield `chunks` up to the first of `stops`, then end the stream.

    What could be the beginning of a stop is held back until it is known. A cut stream has no
    usage: the vendor's comes only at its end.
    """
    sought = tuple(stop for stop in stops if stop)
    held = ""
    async with aclosing(chunks):
        async for chunk in chunks:
            text = held + chunk.text
            place = min((at for at in map(text.find, sought) if at >= 0), default=-1)
            if place >= 0:
                yield Chunk(text[:place], None, "stop")
                return
            keep = 0 if chunk.finish else _length_of_beginning(text, sought)
            held = text[len(text) - keep :]
            text = text[: len(text) - keep]
            if text or chunk.usage or chunk.finish:
                yield Chunk(text, chunk.usage, chunk.finish)


def _length_of_beginning(text: str, stops: Sequence[str]) -> int:
    """Return how many characters at the end of `text` could begin a stop."""
    longest = max(map(len, stops), default=1) - 1
    for length in range(min(longest, len(text)), 0, -1):
        if any(stop.startswith(text[-length:]) for stop in stops):
            return length
    return 0
