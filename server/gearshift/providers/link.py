"""A link to one model server: address, key and time-out; sends a request, gives its events."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.errors import BadReply, SetupNeeded, Unavailable
from gearshift.providers import faults, sse
from gearshift.providers.address import is_loopback, origin_of
from gearshift.providers.credentials import Secret
from gearshift.providers.limits import read_limits
from gearshift.providers.services import Services

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from gearshift.providers import ProviderRow
    from gearshift.providers.http import Reply
    from gearshift.settings.schema import ModelSettings

MAX_ERROR_BYTES = 64 * 1024
"""How much of a refusal is read."""


class EventStream:
    """The events of one reply, up to `[DONE]` where the dialect has it."""

    def __init__(self, events: AsyncGenerator[sse.Event, None]) -> None:
        self._events = events
        self.has_ended = False
        """Whether the last event has come: `[DONE]`, or the dialect's own, which sets it here."""

    async def __aiter__(self) -> AsyncGenerator[dict[str, Any], None]:
        """Yield each event's JSON object. Raises BadReply for what is none, Unavailable."""
        async for event in self._events:
            if event.data == "[DONE]":
                self.has_ended = True
                return
            try:
                content = json.loads(event.data)
            except ValueError:
                content = None
            if not isinstance(content, dict):
                raise BadReply("The server sent an event that is no JSON object.")
            yield cast("dict[str, Any]", content)


@dataclass(frozen=True)
class Link:
    """Where and how one model is asked."""

    server: str
    """How messages name the server: `openai`, `llamacpp at http://127.0.0.1:8080`."""
    base_url: str
    """Without a final `/`."""
    model: str
    timeout: float
    """Longest wait for the first piece of an answer, and between pieces, in seconds."""
    key: Callable[[], Awaitable[Secret | None]]
    services: Services

    @asynccontextmanager
    async def post(
        self, path: str, payload: Mapping[str, Any]
    ) -> AsyncGenerator[EventStream, None]:
        """Send `payload`; give the reply's events. Leaving the block early closes the socket.

        Raises what `core.errors` names for refusals and failures.
        """
        key = await self.key()
        headers = {"accept": "text/event-stream"}
        if key:
            headers["authorization"] = f"Bearer {key.reveal()}"
        request = self.services.http.request(
            "POST", self.base_url + path, payload=payload, headers=headers, timeout=self.timeout
        )
        async with request as reply:
            self._observe(reply)
            if reply.status != 200:
                raise await self._refusal(reply)
            self._check_kind(reply)
            async with aclosing(sse.events(reply.pieces())) as events:
                stream = EventStream(events)
                yield stream
            if stream.has_ended:
                await reply.drain()

    def error(self, body: Mapping[str, Any]) -> Exception:
        """Return the error for a fault that came inside a stream."""
        return self._error(faults.read_fault(0, body), {})

    def cut_off(self) -> Unavailable:
        """Return the error for a stream that stops before its last event."""
        return Unavailable(f"{self.server} broke off in the middle of the answer.")

    async def _refusal(self, reply: Reply) -> Exception:
        fault = faults.read_fault(reply.status, await reply.read(MAX_ERROR_BYTES))
        return self._error(fault, reply.headers)

    def _error(self, fault: faults.Fault, headers: Mapping[str, str]) -> Exception:
        return faults.error_for(
            fault,
            headers,
            server=self.server,
            model=self.model,
            now=self.services.clock.time(),
        )

    def _observe(self, reply: Reply) -> None:
        limits = read_limits(reply.headers)
        if limits is None:
            return
        seconds = limits.reset_seconds
        reset_at = None if seconds is None else self.services.clock.time() + seconds
        self.services.on_limits(reply.origin, limits.remaining_percent, reset_at)

    def _check_kind(self, reply: Reply) -> None:
        kind = reply.headers.get("content-type", "text/event-stream")
        if not kind.startswith(("text/event-stream", "application/octet-stream", "text/plain")):
            raise BadReply(f"{self.server} answered with `{kind[:40]}`, not with a stream.")


def link_to(row: ProviderRow, settings: ModelSettings, services: Services) -> Link:
    """Return the link that `settings` describe.

    The vendor's usual key variable counts for the vendor's own address and on loopback only:
    another address gets a key when `apiKeyEnv`, the keyring or `apiKeyCommand` says so. Raises
    SettingsError for an address that is none.
    """
    base_url = (settings.base_url or row.base_url or "").rstrip("/")
    origin = origin_of(base_url)
    is_own = row.base_url is not None and origin == origin_of(row.base_url)
    usual = row.key_variable if is_own or is_loopback(base_url) else None
    variable = settings.api_key_env or usual

    async def key() -> Secret | None:
        found = await services.credentials.find(
            variable=variable, origin=origin, command=settings.api_key_command
        )
        if found is None and is_own and not is_loopback(base_url):
            raise SetupNeeded(
                f"{row.name} needs a key: set the environment variable {variable}, "
                "or run `gearshift setup`."
            )
        return found

    server = row.name if is_own else f"{row.name} at {origin}"
    return Link(server, base_url, settings.model, settings.timeout_seconds, key, services)
