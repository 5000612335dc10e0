"""Scripted answers in a model's place, for tests and demos: nothing is sent anywhere."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.errors import (
    BadReply,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    SetupNeeded,
    Unauthorized,
    Unavailable,
)
from gearshift.core.model import (
    Chunk,
    ModelFacts,
    Request,
    Route,
    Usage,
    estimate_tokens,
    request_text,
)
from gearshift.providers.script import Answer, Script

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

ERRORS: Mapping[str, type[ProviderError]] = {
    "rate_limited": RateLimited,
    "quota_exhausted": QuotaExhausted,
    "unauthorized": Unauthorized,
    "model_not_found": ModelNotFound,
    "context_too_long": ContextTooLong,
    "unavailable": Unavailable,
    "bad_reply": BadReply,
}
"""What `error` in an answers file can be."""
_PIECE = re.compile(r"\s*\S{1,8}|\s+")


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Scripted:
    """Return the model that answers from `settings.path`. Raises SetupNeeded without one."""
    if not settings.path:
        raise SetupNeeded("A `scripted` model needs `path`, the file with its answers.")
    path = Path(settings.path).expanduser()
    script = services.scripts.setdefault(path, Script(path))
    return Scripted(settings.model or "scripted", script, facts, services)


class Scripted:
    """A model whose answers are written beforehand."""

    provider = "scripted"
    routes: frozenset[Route] = frozenset({"fill", "continue", "chat"})

    def __init__(self, name: str, script: Script, facts: ModelFacts, services: Services) -> None:
        self.name = name
        self.facts = facts
        self._script = script
        self._sleep = services.sleep

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the first unused answer that fits, in pieces; see `core.model.Model`."""
        text = request_text(request)
        await asyncio.to_thread(self._script.refresh)
        answer = self._script.take(request.task, text)
        if answer is None:
            raise Unavailable("The answers file has no unused line for this request.")
        if answer.delay_seconds:
            await self._sleep(answer.delay_seconds)
        for piece in _PIECE.findall(answer.text):
            yield Chunk(piece)
        if answer.error:
            raise _error(answer.error)
        yield Chunk("", answer.usage or _counted(text, answer), "stop")


def _counted(text: str, answer: Answer) -> Usage:
    return Usage(estimate_tokens(text), 0, estimate_tokens(answer.text), is_estimate=True)


def _error(name: str) -> ProviderError:
    kind = ERRORS.get(name)
    if kind is None:
        return BadReply(f"The answers file names an unknown error `{name}`.")
    return kind(f"The answers file says {name}.")
