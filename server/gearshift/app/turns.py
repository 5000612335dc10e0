"""A model that serves one request at a time, the others in the order in which they came."""

from __future__ import annotations

from contextlib import aclosing, nullcontext
from typing import TYPE_CHECKING

from gearshift.core.model import WrappedModel

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Callable
    from contextlib import AbstractAsyncContextManager

    from gearshift.core.model import Chunk, Model, Request


class InTurn(WrappedModel):
    """A model behind a lock; cancelling a request that waits takes it out of the queue."""

    def __init__(
        self,
        model: Model,
        turn: asyncio.Lock,
        elsewhere: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
    ) -> None:
        """`elsewhere` is held meanwhile too: what keeps other processes from the model."""
        super().__init__(model)
        self._turn = turn
        self._elsewhere = elsewhere

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer once those before it have theirs."""
        async with (
            self._turn,
            self._elsewhere(),
            aclosing(self._model.stream(request)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk
