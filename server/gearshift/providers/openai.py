"""OpenAI's Responses API, streamed and never stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.core.errors import BadReply
from gearshift.core.model import ChatRequest, Chunk, ModelFacts, Usage
from gearshift.providers import PROVIDERS
from gearshift.providers.cache_key import cache_key
from gearshift.providers.effort import choose_effort, thinking_allowance
from gearshift.providers.link import link_to
from gearshift.providers.linked import ChatLinked
from gearshift.providers.untrusted import count, string, table

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers.events import EventStream
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

MIN_OUTPUT_TOKENS = 16
"""The API refuses a smaller limit."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> OpenAI:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    return OpenAI(link_to(PROVIDERS["openai"], settings, services), settings, facts)


class OpenAI(ChatLinked):
    """A model behind the Responses API."""

    provider = "openai"

    async def _chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        async with self._link.post("/responses", self._body(request)) as stream:
            async for event in stream:
                kind = event.get("type")
                if kind == "response.output_text.delta":
                    yield Chunk(string(event.get("delta")))
                elif kind in ("response.completed", "response.incomplete", "response.failed"):
                    stream.has_ended = True
                    yield self._last_chunk(event)
                    self._check_end(event)
                    return
                else:
                    self._check(event, stream)
        raise self._link.cut_off()

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        effort = choose_effort(request, self._settings.effort, self.facts)
        limit = request.max_tokens + thinking_allowance(effort, self.facts)
        body: dict[str, Any] = {
            "model": self.name,
            "input": [{"role": m.role, "content": m.text} for m in request.messages],
            "stream": True,
            "store": False,
            "max_output_tokens": max(MIN_OUTPUT_TOKENS, limit),
        }
        if effort is not None:
            body["reasoning"] = {"effort": effort}
        elif not self.facts.efforts:
            # Models that reason refuse a temperature; what others refuse is learnt.
            body["temperature"] = request.temperature
        if request.cache_key:
            body["prompt_cache_key"] = cache_key(request)
        if self._settings.service_tier:
            body["service_tier"] = self._settings.service_tier
        return body

    def _check(self, event: dict[str, Any], stream: EventStream) -> None:
        kind = event.get("type")
        if kind == "error" or "error" in event:
            stream.has_ended = True
            raise self._link.error(event)
        if kind in ("response.refusal.delta", "response.refusal.done"):
            raise BadReply(f"{self._link.server} declined to answer this request.")
        if not isinstance(kind, str):
            raise BadReply(f"{self._link.server} sent an event without a type.")

    def _last_chunk(self, event: dict[str, Any]) -> Chunk:
        is_cut = event.get("type") == "response.incomplete"
        usage = read_usage(table(event.get("response")).get("usage"))
        return Chunk("", usage, "length" if is_cut else "stop")

    def _check_end(self, event: dict[str, Any]) -> None:
        response = table(event.get("response"))
        if event.get("type") == "response.failed":
            raise self._link.error(response)
        if table(response.get("incomplete_details")).get("reason") == "content_filter":
            raise BadReply(f"{self._link.server} stopped the answer by its content filter.")


def read_usage(usage: object) -> Usage | None:
    """Return the tokens stated in a Responses `usage` object; None when there is none."""
    fields = table(usage)
    if not fields:
        return None
    details = table(fields.get("input_tokens_details"))
    return Usage(
        input=count(fields.get("input_tokens")),
        cached=count(details.get("cached_tokens")),
        output=count(fields.get("output_tokens")),
        cache_write=count(details.get("cache_write_tokens")),
    )
