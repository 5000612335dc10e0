"""A model of the user's ChatGPT plan: one request is one turn in a thread of its own."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import (
    BadReply,
    GearshiftError,
    ModelNotFound,
    Refused,
    Unavailable,
)
from gearshift.core.model import ChatRequest, Chunk, ModelFacts, Request, Route, Usage
from gearshift.providers.chat import is_begun, without_beginning
from gearshift.providers.codex import wire
from gearshift.providers.codex.refusals import call_error, turn_error
from gearshift.providers.codex.server import AppServer, Event, server_of
from gearshift.providers.effort import choose_effort
from gearshift.providers.stops import cut_at_stops
from gearshift.providers.untrusted import string, table
from gearshift.providers.waiting import within

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from gearshift.providers.codex.pipe import Answer
    from gearshift.providers.services import Services
    from gearshift.settings.schema import ModelSettings

LIST_SECONDS = 5.0
"""Longest wait for the plan's models, which only make a refusal clearer."""


def connect(settings: ModelSettings, facts: ModelFacts, services: Services) -> Codex:
    """Return the model that `settings` name; the program is sought with the first request."""
    return Codex(server_of(settings.path, services), settings, facts)


class Codex:
    """A model behind `codex app-server`."""

    provider = "codex"
    routes: frozenset[Route] = frozenset({"chat"})

    def __init__(self, server: AppServer, settings: ModelSettings, facts: ModelFacts) -> None:
        self._server = server
        self._settings = settings
        self.name = settings.model
        self.facts = facts
        server.models.add(settings.model)

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer; see `core.model.Model`. App-server takes no limit of tokens."""
        if not isinstance(request, ChatRequest):
            raise Refused("codex answers chats only: it has no fill-in-the-middle.")
        answer = self._answer(request)
        if is_begun(request):
            answer = without_beginning(answer, request.messages[-1].text)
        async with aclosing(cut_at_stops(answer, request.stop)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _answer(self, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        await self._server.check_login()
        thread = await self._start_thread(request)
        try:
            async with aclosing(self._turn(thread, request)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ModelNotFound as error:
            raise await self._explained(error) from error

    async def _turn(self, thread: str, request: ChatRequest) -> AsyncGenerator[Chunk, None]:
        turn = Turn(self._server, thread, self.name, self._settings.timeout_seconds)
        try:
            effort = choose_effort(request, self._settings.effort, self.facts)
            await turn.start(wire.turn_start(thread, request, effort))
            async with aclosing(turn.chunks()) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            turn.close()

    async def _explained(self, error: ModelNotFound) -> ModelNotFound:
        """Return the error with the models that the plan has, where app-server lists them."""
        from gearshift.providers.codex.listing import list_models, reason_unlisted

        try:
            listed = await within(LIST_SECONDS, list_models(self._server))
        except (asyncio.TimeoutError, GearshiftError):
            return error
        reason = reason_unlisted(self.name, listed)
        return ModelNotFound(f"{reason} Change `model` in the settings.") if reason else error

    async def _start_thread(self, request: ChatRequest) -> str:
        """Return the id of a new thread; a process that is lost meanwhile is started once more."""
        params = wire.thread_start(self.name, request, self._server.folder)
        try:
            result = await self._begin(params)
        except Unavailable:
            result = await self._begin(params)
        thread = string(table(result.get("thread")).get("id"))
        if not thread:
            raise BadReply("codex app-server began a thread without a name.")
        return thread

    async def _begin(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        pipe = await self._server.opened()
        asked = pipe.call("thread/start", params)
        try:
            answer = await asyncio.shield(asked)
        except asyncio.CancelledError:
            asked.add_done_callback(self._abandon)
            raise
        if answer.is_lost or answer.code is not None:
            raise call_error(answer, "thread/start")
        return answer.result

    def _abandon(self, asked: asyncio.Future[Answer]) -> None:
        """Let a thread go that nobody waits for any more."""
        thread = string(table(asked.result().result.get("thread")).get("id"))
        if thread:
            self._server.leave(thread)


class Turn:
    """The only turn of a thread; `close` it whatever happens."""

    def __init__(self, server: AppServer, thread: str, model: str, seconds: float) -> None:
        """`seconds` is the longest wait for anything of the turn to be heard."""
        self._server = server
        self._thread = thread
        self._model = model
        self._seconds = seconds
        self._inbox = server.listen(thread)
        self._started: asyncio.Future[Answer] | None = None
        self._has_ended = False
        self._usage: Usage | None = None
        self._asides: set[str] = set()

    async def start(self, params: Mapping[str, Any]) -> None:
        """Send the prompt. Raises ProviderError."""
        pipe = await self._server.opened()
        self._started = pipe.call("turn/start", params)
        done, _ = await asyncio.wait({self._started}, timeout=self._seconds)
        if not done:
            raise self._silent()
        answer = self._started.result()
        if answer.is_lost or answer.code is not None:
            self._has_ended = True
            raise call_error(answer, "turn/start")

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """Yield the answer as it comes, the usage with the end. Raises ProviderError."""
        while not self._has_ended:
            method, params = await self._next()
            if method == "item/agentMessage/delta":
                if string(params.get("itemId")) not in self._asides:
                    yield Chunk(string(params.get("delta")))
            elif method == "item/started":
                self._note(table(params.get("item")))
            elif method == "thread/tokenUsage/updated":
                self._usage = wire.read_usage(params) or self._usage
            elif method == "turn/completed":
                self._has_ended = True
                self._check(table(params.get("turn")))
                yield Chunk("", self._usage, "stop")

    def close(self) -> None:
        """Interrupt the turn if it still runs, and let the thread go."""
        if self._started is None or self._has_ended:
            self._server.leave(self._thread)
        elif self._started.done():
            self._interrupt(self._started)
        else:
            self._started.add_done_callback(self._interrupt)
        self._server.watch.turn_ended()

    def _interrupt(self, started: asyncio.Future[Answer]) -> None:
        turn = string(table(started.result().result.get("turn")).get("id"))
        if turn:
            self._server.tell("turn/interrupt", {"threadId": self._thread, "turnId": turn})
        self._server.leave(self._thread)

    async def _next(self) -> Event:
        try:
            event = await within(self._seconds, self._inbox.get())
        except asyncio.TimeoutError:
            raise self._silent() from None
        if event is None:
            self._has_ended = True
            raise Unavailable("codex app-server ended in the middle of the answer.")
        return event

    def _silent(self) -> Unavailable:
        return Unavailable(f"codex: nothing came for {self._seconds:.0f} s.")

    def _note(self, item: Mapping[str, Any]) -> None:
        """Remember messages that only comment on the work: they are no part of the answer."""
        if item.get("type") == "agentMessage" and item.get("phase") == "commentary":
            self._asides.add(string(item.get("id")))

    def _check(self, turn: Mapping[str, Any]) -> None:
        if turn.get("status") == "completed":
            return
        if turn.get("status") == "interrupted":
            raise Unavailable("codex interrupted the answer.")
        limit = self._server.limits.resets_at(self._model)
        raise turn_error(table(turn.get("error")), self._model, limit)
