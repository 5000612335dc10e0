"""The events of one reply, as they come."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from gearshift.core.compact_json import decode
from gearshift.core.errors import BadReply, GearshiftError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gearshift.providers import sse

MAX_TOGETHER = 4096
"""Characters from which a text is handed on though more has come: an answer that is too long is
stopped there, however fast the server is."""
DONE = "[DONE]"


class EventStream:
    """The events of one reply as JSON objects, up to `[DONE]` where the dialect has it.

    Iterating raises BadReply for an event that is no JSON object, Unavailable.
    """

    def __init__(
        self, read: Callable[[], Awaitable[bytes]], server: str, parser: sse.Parser
    ) -> None:
        """`read` gives what has come, empty at the end."""
        self._read_piece = read
        self._server = server
        self._parser = parser
        self._come: deque[str] = deque()
        self._fault: GearshiftError | None = None
        self.has_ended = False
        """Whether the last event has come: `[DONE]`, or the dialect's own, which sets it here."""

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> dict[str, Any]:
        while not self._come:
            piece = await self._read_piece()
            if not piece:
                raise StopAsyncIteration
            self._come.extend(self._parser.feed(piece))
        event = self._take()
        if event is None:
            raise StopAsyncIteration
        return event

    async def text(self, read: Callable[[dict[str, Any]], str]) -> str | None:
        """Return what `read` finds in the next event and in those that have come with it; None:
        there is none any more. What `read` raises comes after the text before it."""
        if self._fault is not None:
            raise self._fault
        if self.has_ended:
            return None
        text = ""
        try:
            async for event in self:
                text = read(event)
                break
            else:
                return None
            while self._come and not self.has_ended and len(text) < MAX_TOGETHER:
                event = self._take()
                text += read(event) if event is not None else ""
        except GearshiftError as error:
            if not text:
                raise
            self._fault = error
        return text

    def _take(self) -> dict[str, Any] | None:
        """Return the next event, which has come; None: it was the mark of the end."""
        data = self._come.popleft().strip()
        if data == DONE:
            self.has_ended = True
            return None
        event: dict[str, Any] | None
        try:
            event = decode(data)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            raise BadReply(f"{self._server} sent an event that is no JSON object.")
        return event
