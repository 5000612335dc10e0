"""Any server with the Chat Completions API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.providers import PROVIDERS, chat
from gearshift.providers.cache_key import cache_key
from gearshift.providers.effort import choose_effort, thinking_allowance
from gearshift.providers.link import link_to
from gearshift.providers.linked import ChatLinked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.core.model import ChatRequest, Chunk, ModelFacts
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

MAX_STOPS = 4
"""OpenAI's own limit, which others copied; further ones are cut here."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> OpenAIChat:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    return OpenAIChat(link_to(PROVIDERS["openai-chat"], settings, services), settings, facts)


class OpenAIChat(ChatLinked):
    """A model behind a Chat Completions server."""

    provider = "openai-chat"

    def _chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        body, is_here = self._body(request), self._link.is_here
        posted = self._link.post("/chat/completions", body, may_repeat=is_here)
        return chat.chunks(posted, self._link)

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        effort = choose_effort(request, self._settings.effort, self.facts)
        limit = request.max_tokens + thinking_allowance(effort, self.facts)
        body: dict[str, Any] = {
            "model": self.name,
            "messages": chat.messages(request),
            "max_tokens": limit,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if effort is not None:
            body["reasoning_effort"] = effort
        elif not self.facts.efforts:
            # Models that reason refuse a temperature; what others refuse is learnt.
            body["temperature"] = request.temperature
        if request.stop:
            body["stop"] = list(request.stop[:MAX_STOPS])
        if request.cache_key and self._link.is_own:
            body["prompt_cache_key"] = cache_key(request)
        if request.prediction and self._link.is_own and not self.facts.efforts:
            # Models that reason refuse it, other servers do not know it.
            body["prediction"] = {"type": "content", "content": request.prediction}
        if self._settings.service_tier:
            body["service_tier"] = self._settings.service_tier
        return body
