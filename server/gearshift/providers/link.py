"""A link to one model server: address, key and time-out; sends a request, gives its events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import BadReply, SetupNeeded, Unauthorized, Unavailable
from gearshift.providers import faults, sse
from gearshift.providers.address import is_loopback, origin_of
from gearshift.providers.credentials import Secret
from gearshift.providers.events import EventStream
from gearshift.providers.limits import read_limits
from gearshift.providers.parameters import Parameters
from gearshift.providers.services import Services

if TYPE_CHECKING:
    from gearshift.providers import ProviderRow
    from gearshift.providers.http import Reply
    from gearshift.settings.schema import ModelSettings

Body = dict[str, Any]
STOP_SECONDS = 0.001
"""How long a reply that has been read far enough may take to end by itself, before its socket is
closed: many a model ends with the very token that a rule stops at, and the next request then finds
the connection open."""
MAX_ERROR_BYTES = 64 * 1024
"""How much of a refusal is read."""


class Posted:
    """A request as a block in which its reply is read."""

    def __init__(self, ask: Callable[[], Awaitable[tuple[Reply, EventStream]]]) -> None:
        self._ask = ask

    async def __aenter__(self) -> EventStream:
        """Send it; return the events of the reply."""
        self._reply, self._stream = await self._ask()
        return self._stream

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close the socket, unless the reply comes to its end at once."""
        try:
            if kind is GeneratorExit:
                await self._reply.drain(STOP_SECONDS)
            elif kind is None and self._stream.has_ended:
                await self._reply.drain()
        finally:
            await self._reply.aclose()


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

    def post(
        self, path: str, body: Mapping[str, Any] | Callable[[], Body], *, may_repeat: bool = False
    ) -> Posted:
        """Send `body`; give the reply's events. Leaving the block early closes the socket, at once
        if by an exception or a cancellation.

        A function as `body` is called again after a refusal from which `parameters` learnt; a key
        that is refused is looked up anew, and sent if it is another one by now.
        `may_repeat`: see `Connections.send`.

        Entering raises what `core.errors` names for refusals and failures.
        """
        return Posted(partial(self._ask, path, body, may_repeat=may_repeat))

    async def _ask(
        self, path: str, body: Mapping[str, Any] | Callable[[], Body], *, may_repeat: bool
    ) -> tuple[Reply, EventStream]:
        headers, has_renewed = await self._headers(), False
        while True:
            payload = body() if callable(body) else body
            reply = await self.services.http.send(
                "POST",
                self.base_url + path,
                payload=self.parameters.fit(payload),
                headers=headers,
                timeout=self.timeout,
                may_repeat=may_repeat,
            )
            try:
                stream = await self._take(reply)
            except BaseException:
                await reply.aclose()
                raise
            if not isinstance(stream, faults.Fault):
                return reply, stream
            await reply.aclose()
            if self.parameters.learn(stream, payload):
                continue
            error = self._error(stream, reply.headers)
            renewed = None if has_renewed else await self._renewed(error, headers)
            if renewed is None:
                raise error
            headers, has_renewed = renewed, True

    async def _take(self, reply: Reply) -> EventStream | faults.Fault:
        self._observe(reply)
        if reply.status != 200:
            return faults.read_fault(reply.status, await reply.read(MAX_ERROR_BYTES))
        parser = self.parser()
        self._check_kind(reply, parser)
        return EventStream(reply.read_piece, self.server, parser)

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
