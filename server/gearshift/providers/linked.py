"""What models behind a link share: what they are, and answers that end where they should."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import BadReply, Refused
from gearshift.core.model import ChatRequest, Chunk, ModelFacts, Request, Route
from gearshift.providers import chat
from gearshift.providers.stops import cut_at_stops

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from contextlib import AbstractAsyncContextManager

    from gearshift.providers.events import EventStream
    from gearshift.providers.link import Link
    from gearshift.settings.schema import ModelSettings

EVERY_ROUTE: frozenset[Route] = frozenset({"fill", "continue", "chat"})


class Linked(ABC):
    """A model behind one server, whose answers are cut at the request's stops."""

    provider: str
    routes: frozenset[Route]

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

    @abstractmethod
    def _answer(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer as the server gives it."""


class ChatLinked(Linked):
    """A model that takes chats alone."""

    routes: frozenset[Route] = frozenset({"chat"})

    def _answer(self, request: Request) -> AsyncGenerator[Chunk, None]:
        if not isinstance(request, ChatRequest):
            raise Refused(f"{self._link.server} answers chats only: it has no fill-in-the-middle.")
        return self._chat(request)

    @abstractmethod
    def _chat(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        """Yield the answer as the server gives it."""


class CompletionsLinked(Linked):
    """A model whose server answers everything in the shape of Chat Completions."""

    routes = EVERY_ROUTE

    def _answer(self, request: Request) -> AsyncGenerator[Chunk, None]:
        posted = self._link.post(self._path(request), self._body(request))
        return chat.chunks(posted, self._link)

    @abstractmethod
    def _path(self, request: Request) -> str:
        """Return where the request goes, below the base address."""

    @abstractmethod
    def _body(self, request: Request) -> dict[str, Any]:
        """Return what is sent."""


async def plain_chunks(
    posted: AbstractAsyncContextManager[EventStream],
    link: Link,
    *,
    end: str,
    text: Callable[[dict[str, Any]], object],
    last: Callable[[dict[str, Any]], Chunk],
) -> AsyncGenerator[Chunk, None]:
    """Yield the answer of a server whose events are pieces of text, the one with `end` the last.

    What has come together is one chunk. Raises BadReply, Unavailable, and what an event with an
    `error` means.
    """
    ends: list[dict[str, Any]] = []

    def read(event: dict[str, Any]) -> str:
        if "error" in event:
            raise link.error(event)
        if event.get(end):
            stream.has_ended = True
            ends.append(event)
            return ""
        piece = text(event)
        if not isinstance(piece, str):
            raise BadReply(f"{link.server} sent an event without text.")
        return piece

    async with posted as stream:
        while (come := await stream.text(read)) is not None:
            if come:
                yield Chunk(come)
        if not ends:
            raise link.cut_off()
        yield last(ends[0])
