"""llama.cpp's own server: `/infill`, `/completion` and chat.

Also the wire format of the embedded model (`local`), which serves the same paths.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import NotSupported
from gearshift.core.model import (
    ChatRequest,
    Chunk,
    ContinueRequest,
    FillRequest,
    ModelFacts,
    Request,
    Route,
    Usage,
)
from gearshift.providers import PROVIDERS, chat
from gearshift.providers.link import link_to
from gearshift.providers.linked import plain_chunks
from gearshift.providers.untrusted import string, table
from gearshift.providers.word import grammar_for, without_ending, without_last_word

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from contextlib import AbstractAsyncContextManager

    from gearshift.providers.events import EventStream
    from gearshift.providers.link import Link
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> LlamaCpp:
    """Return the model behind the llama.cpp server that `settings` name."""
    return LlamaCpp(link_to(PROVIDERS["llamacpp"], settings, services), facts)


class LlamaCpp:
    """A model behind a llama.cpp server."""

    routes: frozenset[Route] = frozenset({"fill", "continue", "chat"})

    def __init__(self, link: Link, facts: ModelFacts, *, provider: str = "llamacpp") -> None:
        self._link = link
        self.name = link.model
        self.provider = provider
        self.facts = facts

    def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; see `core.model.Model`."""
        if isinstance(request, ChatRequest):
            return self._chat(request)
        if isinstance(request, FillRequest):
            return self._fill(request)
        begun, beginning = without_ending(request.prompt)
        body = _continue_body(replace(request, prompt=begun), beginning)
        return chat.without_beginning(self._complete("/completion", body), beginning)

    async def _fill(self, request: FillRequest) -> AsyncGenerator[Chunk, None]:
        """Fill the hole; a model without such tokens is asked in other ways from then on."""
        prefix, beginning = without_last_word(request.prefix)
        body = {**_fill_body(request, prefix), **_beginning(beginning)}
        said = self._complete("/infill", body)
        said = chat.without_beginning(said, beginning) if beginning else said
        try:
            async with aclosing(said) as answer:
                async for chunk in answer:
                    yield chunk
        except NotSupported:
            self.routes = self.routes - {"fill"}
            raise

    def _complete(self, path: str, body: dict[str, Any]) -> AsyncGenerator[Chunk, None]:
        posted = self._post(path, body)
        return plain_chunks(posted, self._link, end="stop", text=_text, last=_last_chunk)

    def _chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        request, beginning = _without_ending(request)
        body: dict[str, Any] = {
            "messages": chat.messages(request),
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stop": list(request.stop),
            "stream": True,
            "stream_options": {"include_usage": True},
            "cache_prompt": True,
            **_beginning(beginning),
        }
        answer = chat.chunks(self._post("/v1/chat/completions", body), self._link)
        return chat.without_beginning(answer, beginning) if beginning else answer

    def _post(self, path: str, body: dict[str, Any]) -> AbstractAsyncContextManager[EventStream]:
        # A server of one model does not look at the name, one of several chooses by it.
        named = {**body, "model": self.name} if self.name else body
        # llama.cpp closes after a streamed answer and does not announce it: a request sent at that
        # moment is lost. Sending it again costs nothing here, as it would at a vendor's.
        return self._link.post(path, named, may_repeat=True)


def _fill_body(request: FillRequest, prefix: str) -> dict[str, Any]:
    return {
        "input_prefix": prefix,
        "input_suffix": request.suffix,
        "input_extra": [{"filename": c.path, "text": c.text} for c in request.context],
        **_sampling(request),
    }


def _continue_body(request: ContinueRequest, beginning: str) -> dict[str, Any]:
    return {"prompt": request.prompt, **_sampling(request), **_beginning(beginning)}


def _beginning(beginning: str) -> dict[str, Any]:
    return {"grammar": grammar_for(beginning)} if beginning else {}


def _without_ending(request: ChatRequest) -> tuple[ChatRequest, str]:
    """Return `request`, its begun answer cut before the last word or marks, and those."""
    if not chat.is_begun(request):
        return request, ""
    *turns, last = request.messages
    begun, beginning = without_ending(last.text)
    return replace(request, messages=(*turns, replace(last, text=begun))), beginning


def _sampling(request: FillRequest | ContinueRequest) -> dict[str, Any]:
    return {
        "n_predict": request.max_tokens,
        "temperature": request.temperature,
        "stop": list(request.stop),
        "stream": True,
        # The server keeps what the last prompt left in memory where the beginning is the same.
        "cache_prompt": True,
    }


def _text(event: dict[str, Any]) -> object:
    return event.get("content")


def _last_chunk(event: dict[str, Any]) -> Chunk:
    return Chunk(
        string(event.get("content")),
        _usage(event),
        "length" if event.get("stop_type") == "limit" else "stop",
    )


def _usage(event: dict[str, Any]) -> Usage | None:
    """Return the tokens that a last event states.

    `tokens_cached` is not used: it counts what the slot holds at the end, the answer included.
    What was read from the cache is the prompt less what `timings` say was processed.
    """
    read, written = event.get("tokens_evaluated"), event.get("tokens_predicted")
    if not isinstance(read, int) or not isinstance(written, int):
        return None
    processed = table(event.get("timings")).get("prompt_n")
    cached = max(0, read - processed) if isinstance(processed, int) else 0
    return Usage(input=read, cached=cached, output=written)
