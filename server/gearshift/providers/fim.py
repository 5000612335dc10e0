"""Any server with `/completions`: holes by the model's own tokens, or by the server's `suffix`."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import Refused
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
from gearshift.providers.fim_templates import (
    COMMON_FAMILY,
    families,
    find_family,
    prefix_with_files,
)
from gearshift.providers.link import Link, link_to
from gearshift.providers.parameters import Parameters
from gearshift.providers.stops import cut_at_stops

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

SHORTEST_SUFFIX = 200
"""Characters of a suffix that must show in what a server says it read."""
DENSEST = 5.5
"""Characters of code that a token holds at most; the usual is 2.5 to 4.2."""
MAX_STOPS = 4
"""OpenAI's own limit, which others copied; further ones are cut here."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Fim:
    """Return the model that `settings` name. Raises SettingsError for a bad address."""
    link = link_to(PROVIDERS["fim"], settings, services)
    return Fim(replace(link, parameters=Parameters(frozenset({"suffix"}))), facts)


class Fim:
    """A model behind a server that completes text.

    Where the family of the model is known its own tokens are sent, which any such server takes.
    Otherwise the server is asked with `suffix`; one that refuses it is shown the commonest tokens
    from then on.
    """

    provider = "fim"
    routes: frozenset[Route] = frozenset({"fill", "continue"})
    """Less once the server has shown that it takes less."""

    def __init__(self, link: Link, facts: ModelFacts) -> None:
        self._link = link
        self._known = find_family(facts.fill_family)
        self._family = self._known or families()[COMMON_FAMILY]
        self.name = link.model
        self.facts = facts

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; see `core.model.Model`."""
        if isinstance(request, ChatRequest):
            raise Refused(
                f"{self._link.server} completes text only: chats and edits need a model of the "
                "provider `openai-chat`, which may be at the same address."
            )
        stops = (*request.stop, *self._family.stops)
        async with aclosing(cut_at_stops(self._answer(request, stops), stops)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _answer(
        self, request: FillRequest | ContinueRequest, stops: tuple[str, ...]
    ) -> AsyncGenerator[Chunk, None]:
        def body() -> dict[str, Any]:
            return {
                "model": self.name,
                "max_tokens": request.max_tokens,
                "temperature": request.temperature,
                "stream": True,
                "stream_options": {"include_usage": True},
                **self._prompt(request, stops),
            }

        posted = self._link.post("/completions", body, may_repeat=self._link.is_here)
        async with aclosing(chat.chunks(posted, self._link)) as chunks:
            async for chunk in chunks:
                if chunk.usage and isinstance(request, FillRequest) and not self._uses_tokens:
                    self._weigh(request, chunk.usage)
                yield chunk

    def _weigh(self, request: FillRequest, usage: Usage) -> None:
        """Ask in other ways from now on where the server plainly did not read the suffix.

        llama.cpp takes `suffix` here without a word and goes on from the prefix alone, so that the
        answer repeats what is below. What it says it read tells.
        """
        if not ignores_suffix(request, usage):
            return
        self.routes = self.routes - {"fill"}
        self._link.services.tell(
            f"{self._link.server} does not read what is behind the cursor, so `{self.name}` is "
            "asked to go on from what is before it; the provider `llamacpp` fills holes there."
        )

    def _prompt(
        self, request: FillRequest | ContinueRequest, stops: tuple[str, ...]
    ) -> dict[str, Any]:
        if isinstance(request, FillRequest) and self._uses_tokens:
            # vLLM would hide the tokens that end an answer, and with them the stops.
            return {
                "prompt": self._family.prompt(request),
                "stop": list(stops[:MAX_STOPS]),
                "skip_special_tokens": False,
            }
        own = {"stop": list(request.stop[:MAX_STOPS])} if request.stop else {}
        if isinstance(request, ContinueRequest):
            return {"prompt": request.prompt, **own}
        prompt = {"prompt": prefix_with_files(request, "# "), **own}
        return {**prompt, "suffix": request.suffix} if request.suffix else prompt

    @property
    def _uses_tokens(self) -> bool:
        return self._known is not None or not self._link.parameters.takes("suffix")


def ignores_suffix(request: FillRequest, usage: Usage) -> bool:
    """Whether so few tokens were read that the suffix can't have been among them.

    False where it can't be told: a short suffix, a count that is missing or an estimate.
    """
    before, after = len(prefix_with_files(request, "# ")), len(request.suffix)
    if usage.is_estimate or usage.input <= 0 or after < SHORTEST_SUFFIX:
        return False
    most = usage.input * DENSEST
    return before <= most < before + after
