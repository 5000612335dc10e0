"""A link to one model server: address, key and time-out; sends a request, gives its events."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.errors import BadReply, SetupNeeded, Unauthorized, Unavailable
from gearshift.providers import faults, sse
from gearshift.providers.address import is_loopback, origin_of
from gearshift.providers.credentials import Secret
from gearshift.providers.limits import read_limits
from gearshift.providers.parameters import Parameters
from gearshift.providers.services import Services

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.providers import ProviderRow
    from gearshift.providers.http import Reply
    from gearshift.settings.schema import ModelSettings

Body = dict[str, Any]
_decode = json.JSONDecoder().decode
"""`json.loads` looks for a byte order mark in each event, too."""
STOP_SECONDS = 0.001
"""How long a reply that has been read far enough may take to end by itself, before its socket is
closed: many a model ends with the very token that a rule stops at, and the next request then finds
the connection open."""
MAX_JOINED = 4096
"""Characters from which a text is handed on though more has come: an answer that is too long is
stopped there, however fast the server is."""
MAX_ERROR_BYTES = 64 * 1024
"""How much of a refusal is read."""


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
        self._events: deque[sse.Event] = deque()
        self._held = ""
        self.has_ended = False
        """Whether the last event has come: `[DONE]`, or the dialect's own, which sets it here."""

    def __aiter__(self) -> EventStream:
        return self

    def join(self, text: str) -> str:
        """Return the text held so far and `text`, once no further event has come or it is long."""
        self._held += text
        if self._events and len(self._held) < MAX_JOINED:
            return ""
        return self.rest()

    def rest(self) -> str:
        """Return the text that is still held, and hold it no more."""
        held, self._held = self._held, ""
        return held

    async def __anext__(self) -> dict[str, Any]:
        while not self._events:
            piece = await self._read_piece()
            if not piece:
                raise StopAsyncIteration
            self._events.extend(self._parser.feed(piece))
        return self._read(self._events.popleft())

    def _read(self, event: sse.Event) -> dict[str, Any]:
        if event.data == "[DONE]":
            self.has_ended = True
            raise StopAsyncIteration
        try:
            content = _decode(event.data)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise BadReply(f"{self._server} sent an event that is no JSON object.")
        return cast("dict[str, Any]", content)


def _no_headers() -> dict[str, str]:
    return {}


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
    key_remedy: str = "run `gearshift setup`"
    """What to do about a key that is missing or not accepted."""
    is_own: bool = False
    """Whether it is the vendor's own address."""
    model_remedy: str = "change `model` in the settings"
    """What to do about a model that the server does not have."""
    key_header: str = "authorization"
    """Where the key goes: as a bearer token there, bare in any other header."""
    headers: Mapping[str, str] = field(default_factory=_no_headers)
    """What every request carries besides."""
    parser: type[sse.Parser] = sse.EventParser
    """The reader of an answer's format."""
    parameters: Parameters = field(default_factory=Parameters)

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine, so that asking twice costs nothing."""
        return is_loopback(self.base_url)

    @asynccontextmanager
    async def post(
        self, path: str, body: Mapping[str, Any] | Callable[[], Body], *, may_repeat: bool = False
    ) -> AsyncGenerator[EventStream, None]:
        """Send `body`; give the reply's events. Leaving the block early closes the socket, at once
        if by an exception or a cancellation.

        A function as `body` is called again after a refusal from which `parameters` learnt; a key
        that is refused is looked up anew, and sent if it is another one by now.
        `may_repeat`: see `Connections.request`.

        Raises what `core.errors` names for refusals and failures.
        """
        headers, has_renewed = await self._headers(), False
        while True:
            payload = body() if callable(body) else body
            sent = self.parameters.fit(payload)
            async with self.services.http.request(
                "POST",
                self.base_url + path,
                payload=sent,
                headers=headers,
                timeout=self.timeout,
                may_repeat=may_repeat,
            ) as reply:
                self._observe(reply)
                if reply.status == 200:
                    parser = self.parser()
                    self._check_kind(reply, parser)
                    stream = EventStream(reply.read_piece, self.server, parser)
                    try:
                        yield stream
                    except GeneratorExit:
                        await reply.drain(STOP_SECONDS)
                        raise
                    if stream.has_ended:
                        await reply.drain()
                    return
                fault = faults.read_fault(reply.status, await reply.read(MAX_ERROR_BYTES))
                if self.parameters.learn(fault, payload):
                    continue
                error = self._error(fault, reply.headers)
            renewed = None if has_renewed else await self._renewed(error, headers)
            if renewed is None:
                raise error
            headers, has_renewed = renewed, True

    async def _renewed(self, error: Exception, sent: Mapping[str, str]) -> dict[str, str] | None:
        """Return headers with the key that took the place of a refused one; None: none did."""
        if not isinstance(error, Unauthorized):
            return None
        self.services.credentials.forget()
        try:
            headers = await self._headers()
        except SetupNeeded:
            return None
        return None if headers == sent else headers

    async def _headers(self) -> dict[str, str]:
        key = await self.key()
        headers = {"accept": self.parser.kinds[0], **self.headers}
        if key:
            is_bearer = self.key_header == "authorization"
            headers[self.key_header] = f"Bearer {key.reveal()}" if is_bearer else key.reveal()
        return headers

    def error(self, body: Mapping[str, Any]) -> Exception:
        """Return the error for a fault that came inside a stream."""
        return self._error(faults.read_fault(0, body), {})

    def cut_off(self) -> Unavailable:
        """Return the error for a stream that stops before its last event."""
        return Unavailable(f"{self.server} broke off in the middle of the answer.")

    def _error(self, fault: faults.Fault, headers: Mapping[str, str]) -> Exception:
        return faults.error_for(
            fault,
            headers,
            server=self.server,
            model=self.model,
            now=self.services.clock.time(),
            key_remedy=self.key_remedy,
            model_remedy=self.model_remedy,
        )

    def _observe(self, reply: Reply) -> None:
        now = self.services.clock.time()
        limits = read_limits(reply.headers, now)
        if limits is None:
            return
        seconds = limits.reset_seconds
        reset_at = None if seconds is None else now + seconds
        self.services.on_limits(reply.origin, limits.remaining_percent, reset_at)

    def _check_kind(self, reply: Reply, parser: sse.Parser) -> None:
        kind = reply.headers.get("content-type", parser.kinds[0])
        if not kind.startswith(parser.kinds):
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

    is_here = is_loopback(base_url)
    remedy = f"set {variable or 'apiKeyEnv in its settings'}, or run `gearshift setup`"

    async def key() -> Secret | None:
        found = await services.credentials.find(
            variable=variable,
            origin=None if is_here else origin,
            command=settings.api_key_command,
        )
        if found is None and is_own and not is_here:
            raise SetupNeeded(f"{row.name} needs a key: {remedy}.")
        return found

    return Link(
        row.name if is_own else f"{row.name} at {origin}",
        base_url,
        settings.model,
        settings.timeout_seconds,
        key,
        services,
        remedy,
        is_own,
    )
