"""Anthropic's Messages API, streamed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import BadReply
from gearshift.core.model import ChatRequest, Chunk, ModelFacts, Usage
from gearshift.providers import PROVIDERS, chat
from gearshift.providers.effort import choose_effort, default_allowance, should_not_think
from gearshift.providers.link import link_to
from gearshift.providers.linked import ChatLinked
from gearshift.providers.untrusted import count, string, table

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers.events import EventStream
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

VERSION = "2023-06-01"
"""Of the API; the vendor's own client sends the same."""
_CUT_REASONS = ("max_tokens", "model_context_window_exceeded")


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Anthropic:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    link = link_to(PROVIDERS["anthropic"], settings, services)
    headers = {"anthropic-version": VERSION}
    return Anthropic(replace(link, key_header="x-api-key", headers=headers), settings, facts)


class Anthropic(ChatLinked):
    """A model behind the Messages API.

    Models up to Claude 4.5 go on from a begun answer; later ones refuse it.
    """

    provider = "anthropic"

    def _chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        return chat.without_beginning(self._whole(request), _end_of_prefill(request))

    async def _whole(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        tokens: dict[str, Any] = {}
        reason = ""
        asking = self._link.post("/messages", self._body(request), may_repeat=self._link.is_here)
        async with asking as stream:
            async for event in stream:
                kind = event.get("type")
                if kind == "content_block_delta":
                    if text := string(table(event.get("delta")).get("text")):
                        yield Chunk(text)
                elif kind == "message_start":
                    tokens.update(table(table(event.get("message")).get("usage")))
                elif kind == "message_delta":
                    tokens.update(_stated(event.get("usage")))
                    reason = string(table(event.get("delta")).get("stop_reason")) or reason
                elif kind == "message_stop":
                    stream.has_ended = True
                    yield _last_chunk(tokens, reason)
                    self._check_end(reason)
                    return
                else:
                    self._check(event, stream)
        raise self._link.cut_off()

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        effort = choose_effort(request, self._settings.effort, self.facts)
        is_quiet = should_not_think(request, effort) and self._link.parameters.takes("thinking")
        body: dict[str, Any] = {
            "model": self.name,
            "max_tokens": request.max_tokens + (0 if is_quiet else default_allowance(effort)),
            "messages": _turns(request),
            "temperature": request.temperature,
            "stream": True,
        }
        if system := "\n\n".join(m.text for m in request.messages if m.role == "system"):
            body["system"] = system
        # The API refuses a stop of white space alone; such a one is cut here.
        if stops := [stop for stop in request.stop if stop.strip()]:
            body["stop_sequences"] = stops
        if is_quiet:
            body["thinking"] = {"type": "disabled"}
        if effort not in (None, "none"):
            body["output_config"] = {"effort": "low" if effort == "minimal" else effort}
        if self._settings.service_tier:
            body["service_tier"] = self._settings.service_tier
        return body

    def _check(self, event: dict[str, Any], stream: EventStream) -> None:
        if event.get("type") == "error" or "error" in event:
            stream.has_ended = True
            raise self._link.error(event)
        if not isinstance(event.get("type"), str):
            raise BadReply(f"{self._link.server} sent an event without a type.")

    def _check_end(self, reason: str) -> None:
        if reason == "refusal":
            raise BadReply(f"{self._link.server} declined to answer this request.")


def _turns(request: ChatRequest) -> list[dict[str, str]]:
    """Return the turns without system texts; white space at the very end would be refused."""
    turns = [
        {"role": message.role, "content": message.text}
        for message in request.messages
        if message.role != "system"
    ]
    if chat.is_begun(request):
        turns[-1]["content"] = turns[-1]["content"].rstrip()
        if not turns[-1]["content"]:
            turns.pop()
    return turns


def _end_of_prefill(request: ChatRequest) -> str:
    """Return the white space that `_turns` leaves out, with which the answer then begins."""
    if not chat.is_begun(request):
        return ""
    text = request.messages[-1].text
    return text[len(text.rstrip()) :]


def _stated(usage: object) -> dict[str, Any]:
    return {name: value for name, value in table(usage).items() if value is not None}


def _last_chunk(tokens: dict[str, Any], reason: str) -> Chunk:
    return Chunk("", read_usage(tokens), "length" if reason in _CUT_REASONS else "stop")


def read_usage(usage: object) -> Usage | None:
    """Return the tokens stated in a Messages `usage` object; None when there is none.

    The vendor counts cached tokens beside `input_tokens`, not among them.
    """
    fields = table(usage)
    if not fields:
        return None
    cached = count(fields.get("cache_read_input_tokens"))
    written = count(fields.get("cache_creation_input_tokens"))
    return Usage(
        input=count(fields.get("input_tokens")) + cached + written,
        cached=cached,
        output=count(fields.get("output_tokens")),
        cache_write=written,
    )
