"""A model that says what it is told to, in small pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.model import Chunk, ModelFacts, PromptForm, Request, Route, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

ALL_ROUTES: tuple[Route, ...] = ("fill", "continue", "chat")


class ScriptedModel:
    """Answers every request with the same text; remembers what was asked and how it ended."""

    name = "scripted"
    provider = "scripted"

    def __init__(
        self,
        reply: str,
        *,
        form: PromptForm = "fill",
        routes: Iterable[Route] = ALL_ROUTES,
        piece: int = 4,
        efforts: tuple[str, ...] = (),
    ) -> None:
        self._reply = reply
        self._piece = piece
        self.facts = ModelFacts(form=form, efforts=efforts)
        self.routes = frozenset(routes)
        self.requests: list[Request] = []
        self.sent = ""
        self.is_closed_early = False

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        self.requests.append(request)
        is_read = False
        try:
            for start in range(0, len(self._reply), self._piece):
                piece = self._reply[start : start + self._piece]
                self.sent += piece
                yield Chunk(piece)
            yield Chunk(usage=Usage(1, 0, 1), finish="stop")
            is_read = True
        finally:
            self.is_closed_early = not is_read
