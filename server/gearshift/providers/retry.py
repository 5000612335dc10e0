"""A model that is asked again when it was busy or away, for tasks that can wait."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from gearshift.core.errors import ProviderError, RateLimited, Unavailable
from gearshift.core.model import WrappedModel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from gearshift.core.model import Chunk, Model, Request
    from gearshift.providers.services import Services

MAX_WAIT = 120.0
"""Longest wait a server may ask for, in seconds; a longer one is an error at once."""
_FIRST_WAIT = 0.5
_LONGEST_BACK_OFF = 8.0
_JITTER = 0.25
"""OpenAI's own client waits 0.5 s · 2ⁿ, at most 8 s, less up to a quarter by chance."""


def retrying(model: Model, attempts: int, services: Services) -> Retrying:
    """Return `model` so that it is asked up to `attempts` times, the first included."""
    return Retrying(model, attempts, services.sleep, services.random)


class Retrying(WrappedModel):
    """A model behind retries; the first piece that it yields ends them."""

    def __init__(
        self,
        model: Model,
        attempts: int,
        sleep: Callable[[float], Awaitable[None]],
        random: Callable[[], float],
    ) -> None:
        super().__init__(model)
        self._attempts = attempts
        self._sleep = sleep
        self._random = random
        self.tries = 0
        """How often the model was asked for the latest answer."""

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; asks again after RateLimited and Unavailable, and nothing else."""
        for attempt in range(self._attempts):
            has_begun, self.tries = False, attempt + 1
            try:
                async with aclosing(self._model.stream(request)) as chunks:
                    async for chunk in chunks:
                        has_begun = True
                        yield chunk
                return
            except (RateLimited, Unavailable) as error:
                wait = self._wait(error, attempt)
                if has_begun or wait is None or attempt + 1 == self._attempts:
                    raise
            await self._sleep(wait)

    def _wait(self, error: ProviderError, attempt: int) -> float | None:
        asked = error.retry_after if isinstance(error, RateLimited) else None
        if asked is not None:
            return asked if asked <= MAX_WAIT else None
        back_off = min(_FIRST_WAIT * 2**attempt, _LONGEST_BACK_OFF)
        return back_off * (1 - _JITTER * self._random())
