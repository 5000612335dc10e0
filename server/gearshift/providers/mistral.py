"""Mistral's API: holes and continuations by `/fim/completions`, and chats."""

from __future__ import annotations

from contextlib import aclosing
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
from gearshift.providers.effort import choose_effort, thinking_allowance
from gearshift.providers.fim_templates import prefix_with_files
from gearshift.providers.link import Link, link_to
from gearshift.providers.stops import cut_at_stops

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

FILE_MARK = "+++++ "
"""How Codestral was shown other files."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Mistral:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    return Mistral(link_to(PROVIDERS["mistral"], settings, services), settings, facts)


class Mistral:
    """A model behind Mistral's API; only Codestral fills holes there."""

    provider = "mistral"
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
        is_chat = isinstance(request, ChatRequest)
        path = "/chat/completions" if is_chat else "/fim/completions"
        async with (
            self._link.post(path, self._body(request)) as stream,
            aclosing(chat.chunks(stream, self._link)) as chunks,
        ):
            async for chunk in chunks:
                yield chunk

    def _body(self, request: Request) -> dict[str, Any]:
        # Usage comes unasked: `stream_options` would be refused.
        body: dict[str, Any] = {
            "model": self.name,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stream": True,
        }
        if request.stop:
            body["stop"] = list(request.stop)
        if isinstance(request, ChatRequest):
            return {**body, **self._chat(request)}
        if isinstance(request, ContinueRequest):
            return {**body, "prompt": request.prompt}
        return {**body, **_fill(request)}

    def _chat(self, request: ChatRequest) -> dict[str, Any]:
        effort = choose_effort(request, self._settings.effort, self.facts)
        limit = request.max_tokens + thinking_allowance(effort, self.facts)
        fields: dict[str, Any] = {"messages": chat.begun(request), "max_tokens": limit}
        return {**fields, "reasoning_effort": effort} if effort else fields


def _fill(request: FillRequest) -> dict[str, Any]:
    prompt = {"prompt": prefix_with_files(request, FILE_MARK)}
    return {**prompt, "suffix": request.suffix} if request.suffix else prompt
