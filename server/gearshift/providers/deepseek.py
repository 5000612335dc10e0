"""DeepSeek's API: holes and continuations by its beta completions, and chats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gearshift.core.model import (
    ChatRequest,
    ContinueRequest,
    FillRequest,
    ModelFacts,
    Request,
)
from gearshift.providers import PROVIDERS, chat
from gearshift.providers.effort import choose_effort, default_allowance, should_not_think
from gearshift.providers.fim_templates import prefix_with_files
from gearshift.providers.link import link_to
from gearshift.providers.linked import CompletionsLinked

if TYPE_CHECKING:
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


class DeepSeek(CompletionsLinked):
    """A model behind DeepSeek's API."""

    provider = "deepseek"

    def _path(self, request: Request) -> str:
        if not isinstance(request, ChatRequest):
            return f"{BETA}/completions"
        return f"{BETA if chat.is_begun(request) else ''}/chat/completions"

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


def _fill(request: FillRequest) -> dict[str, Any]:
    prompt = {"prompt": prefix_with_files(request, "#")}
    return {**prompt, "suffix": request.suffix} if request.suffix else prompt
