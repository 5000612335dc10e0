"""Mistral's API: holes and continuations by `/fim/completions`, and chats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.core.model import (
    ChatRequest,
    ContinueRequest,
    FillRequest,
    ModelFacts,
    Request,
)
from gearshift.providers import PROVIDERS, chat
from gearshift.providers.effort import choose_effort, thinking_allowance
from gearshift.providers.fim_templates import prefix_with_files
from gearshift.providers.link import link_to
from gearshift.providers.linked import CompletionsLinked

if TYPE_CHECKING:
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

FILE_MARK = "+++++ "
"""How Codestral was shown other files."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Mistral:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    return Mistral(link_to(PROVIDERS["mistral"], settings, services), settings, facts)


class Mistral(CompletionsLinked):
    """A model behind Mistral's API; only Codestral fills holes there."""

    provider = "mistral"

    def _path(self, request: Request) -> str:
        return "/chat/completions" if isinstance(request, ChatRequest) else "/fim/completions"

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
