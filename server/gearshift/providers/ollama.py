"""Ollama's own API: `/api/generate` for holes and continuations, `/api/chat`."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import BadReply, Unavailable
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
from gearshift.providers.effort import choose_effort, thinking_allowance
from gearshift.providers.fim_templates import find_family, prefix_with_files
from gearshift.providers.link import Link, link_to
from gearshift.providers.linked import plain_chunks
from gearshift.providers.parameters import Parameters
from gearshift.providers.sse import LineParser
from gearshift.providers.untrusted import count, string, table

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

KEEP_ALIVE = "30m"
"""How long the model stays loaded; Ollama's own 5 minutes are shorter than many a pause."""
MAX_CONTEXT = 8192
"""Tokens to make room for: Ollama's own 4,096 cut a longer prompt without a word, and more than
this would crowd large models out of the graphics card. The same for every request: a change
loads the model anew."""

NOTHING = "\n"
"""In place of an empty prompt, on which Ollama would load the model and say nothing."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Ollama:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    row = PROVIDERS["ollama"]
    link = replace(
        link_to(row, settings, services),
        parser=LineParser,
        parameters=Parameters(frozenset({"suffix"})),
        model_remedy=f"run `ollama pull {settings.model}`, or change `model` in the settings",
    )
    return Ollama(link, settings, facts)


class Ollama:
    """A model behind an Ollama server.

    Holes are filled by the template that came with the model. With other files to show, and where
    the template has no place for a hole, the tokens of the model's family are sent instead.
    """

    provider = "ollama"
    routes: frozenset[Route] = frozenset({"fill", "continue", "chat"})

    def __init__(self, link: Link, settings: ModelSettings, facts: ModelFacts) -> None:
        self._link = link
        self._settings = settings
        self._family = find_family(facts.fill_family)
        self.name = settings.model
        self.facts = replace(facts, context=min(facts.context, MAX_CONTEXT))

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; see `core.model.Model`."""
        try:
            async with aclosing(self._answer(request)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except Unavailable as error:
            if self._link.is_here and isinstance(error.__cause__, OSError):
                raise Unavailable(f"{error} Ollama starts with `ollama serve`.") from error
            raise

    def _answer(self, request: Request) -> AsyncGenerator[Chunk, None]:
        path = "/api/chat" if isinstance(request, ChatRequest) else "/api/generate"
        posted = self._link.post(path, lambda: self._body(request), may_repeat=self._link.is_here)
        return plain_chunks(posted, self._link, end="done", text=_text, last=_last_chunk)

    def _body(self, request: Request) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.name,
            "stream": True,
            "keep_alive": KEEP_ALIVE,
            # Left to itself a model that can think does, and a prompt too long is cut silently.
            "think": False,
            "truncate": False,
        }
        options: dict[str, Any] = {
            "num_predict": request.max_tokens,
            "num_ctx": self.facts.context,
            "temperature": request.temperature,
            "stop": list(request.stop),
        }
        if isinstance(request, ChatRequest):
            effort = choose_effort(request, self._settings.effort, self.facts)
            thinks = effort not in (None, "none")
            options["num_predict"] += thinking_allowance(effort, self.facts) if thinks else 0
            fields = {"messages": chat.messages(request), "think": thinks}
        elif isinstance(request, ContinueRequest):
            fields = {"prompt": request.prompt or NOTHING, "raw": True}
        else:
            fields = self._fill(request, options)
        return {**body, **fields, "options": options}

    def _fill(self, request: FillRequest, options: dict[str, Any]) -> dict[str, Any]:
        family = self._family
        shows_files = family is not None and family.takes_files and bool(request.context)
        shown = prefix_with_files(request, "# ") or NOTHING
        takes_suffix = self._link.parameters.takes("suffix")
        if request.suffix and takes_suffix and not shows_files:
            return {"prompt": shown, "suffix": request.suffix}
        if family is not None:
            options["stop"] += family.stops
            return {"prompt": family.prompt(request), "raw": True}
        if request.suffix:
            raise BadReply(
                f"{self._link.server}: `{self.name}` can't fill in the middle; choose a model "
                "made for it, such as `qwen2.5-coder:1.5b`."
            )
        # Without `raw` a prompt with no suffix would be answered as a chat.
        return {"prompt": shown, "raw": True}


def _text(event: dict[str, Any]) -> object:
    return event.get("response", table(event.get("message")).get("content"))


def _last_chunk(event: dict[str, Any]) -> Chunk:
    is_cut = event.get("done_reason") == "length"
    return Chunk(string(_text(event)), _usage(event), "length" if is_cut else "stop")


def _usage(event: dict[str, Any]) -> Usage | None:
    """Return the tokens that a last event states.

    None where the prompt's are left out, as older versions do for a prompt read before.
    """
    if "prompt_eval_count" not in event:
        return None
    return Usage(input=count(event.get("prompt_eval_count")), output=count(event.get("eval_count")))
