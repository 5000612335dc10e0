"""A model that serves one request at a time, the others in the order in which they came."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from gearshift.core.model import WrappedModel

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator

    from gearshift.core.model import Chunk, Model, Request


class InTurn(WrappedModel):
    """A model behind a lock; cancelling a request that waits takes it out of the queue."""

    def __init__(self, model: Model, turn: asyncio.Lock) -> None:
        super().__init__(model)
        self._turn = turn

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer once those before it have theirs."""
        async with self._turn, aclosing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk
