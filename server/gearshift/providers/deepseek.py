"""DeepSeek's API: holes and continuations by its beta completions, and chats."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gearshift.core.model import (
    ChatRequest,
    Chunk,
    ContinueRequest,
    FillRequest,
    ModelFacts,
    Request,
    Route,
)
from gearshift.providers import PROVIDERS, chat
from gearshift.providers.effort import choose_effort, default_allowance, should_not_think
from gearshift.providers.fim_templates import prefix_with_files
from gearshift.providers.link import Link, link_to
from gearshift.providers.stops import cut_at_stops

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

MAX_FILL_TOKENS = 4096
"""The longest completion that the API takes."""
MAX_STOPS = 16
"""The API takes no more; further ones are cut here."""
BETA = "/beta"
"""Where completions are, and chats that go on from a begun answer."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> DeepSeek:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    link = link_to(PROVIDERS["deepseek"], settings, services)
    # The vendor answers below these two as well, and its own examples name them.
    base_url = link.base_url.removesuffix("/v1").removesuffix(BETA)
    return DeepSeek(replace(link, base_url=base_url), settings, facts)


class DeepSeek:
    """A model behind DeepSeek's API."""

    provider = "deepseek"
    routes: frozenset[Route] = frozenset({"fill", "continue", "chat"})

    def __init__(self, link: Link, settings: ModelSettings, facts: ModelFacts) -> None:
        self._link = link
        self._settings = settings
        self.name = settings.model
        self.facts = facts

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; see `core.model.Model`."""
        async with aclosing(cut_at_stops(self._answer(request), request.stop)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _answer(self, request: Request) -> AsyncGenerator[Chunk, None]:
        async with (
            self._link.post(_path(request), self._body(request)) as stream,
            aclosing(chat.chunks(stream, self._link)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "max_tokens": min(request.max_tokens, MAX_FILL_TOKENS),
            "temperature": request.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.stop:
            body["stop"] = list(request.stop[:MAX_STOPS])
        if isinstance(request, ChatRequest):
            return {**body, **self._chat(request)}
        if isinstance(request, ContinueRequest):
            return {**body, "prompt": request.prompt}
        return {**body, **_fill(request)}

    def _chat(self, request: ChatRequest) -> dict[str, Any]:
        effort = choose_effort(request, self._settings.effort, self.facts)
        fields: dict[str, Any] = {"messages": chat.begun(request)}
        if should_not_think(request, effort):
            return {
                **fields,
                "max_tokens": request.max_tokens,
                "thinking": {"type": "disabled"},
            }
        fields["max_tokens"] = request.max_tokens + default_allowance(effort)
        return {**fields, "reasoning_effort": effort} if effort else fields


def _path(request: Request) -> str:
    if not isinstance(request, ChatRequest):
        return f"{BETA}/completions"
    return f"{BETA if chat.is_begun(request) else ''}/chat/completions"


def _fill(request: FillRequest) -> dict[str, Any]:
    prompt = {"prompt": prefix_with_files(request, "#")}
    return {**prompt, "suffix": request.suffix} if request.suffix else prompt
