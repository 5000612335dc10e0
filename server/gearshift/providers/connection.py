"""One HTTP/1.1 connection: sends a request, hands out the answer as it comes."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

import httptools

from gearshift.core.errors import BadReply, Unavailable
from gearshift.providers.address import is_loopback

if TYPE_CHECKING:
    from asyncio.trsock import TransportSocket

    from gearshift.core.errors import ProviderError

MAX_HEAD_BYTES = 64 * 1024
MAX_WAITING_BYTES = 1024 * 1024
"""How much may wait to be read before the server is made to pause."""


_read_into = bytearray(64 * 1024)
"""What all connections read into, one after the other: asyncio's own protocol would make a buffer
of 256 KiB for each read."""


class Connection(asyncio.BufferedProtocol):
    """A socket and the parser of what arrives on it; one request at a time."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._is_here = is_loopback(origin)
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = 0.0
        self._watch: asyncio.TimerHandle | None = None
        """Looks whether the deadline has passed; one for all waits of an answer."""
        self._is_open = False
        self._was_lost = False
        self.idle_since = 0.0
        """Loop time at which it was last laid aside."""
        self._start_answer()
        self._is_answered = True

    def _start_answer(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self.status = 0
        self.headers: dict[str, str] = {}
        """Names in lower case; repeated fields joined by a comma."""
        self._has_head = False
        self._is_answered = False
        self._error: ProviderError | None = None
        self._pieces: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._head_bytes = 0

    @property
    def is_reusable(self) -> bool:
        """Whether the answer was read to its end and the server keeps the connection."""
        return self._is_open and self.is_read and self._error is None

    @property
    def is_read(self) -> bool:
        """Whether the last answer has come and was read to its end."""
        return self._is_answered and not self._pieces

    @property
    def was_closed_unanswered(self) -> bool:
        """Whether the server closed before it said anything to the last request."""
        return self._was_lost and not self._head_bytes

    def send(self, request: bytes) -> None:
        """Send a whole request and be ready for its answer."""
        self._start_answer()
        if self._transport is None or not self._is_open:
            self._fail(self._broken())
            return
        self._transport.write(request)

    async def read_head(self, seconds: float) -> None:
        """Wait until status and headers have come. Raises Unavailable, BadReply."""
        while not self._has_head:
            if self._error:
                raise self._error
            await self._wait(seconds)

    async def read_piece(self, seconds: float) -> bytes:
        """Return what has come of the body, empty at its end. Raises Unavailable, BadReply."""
        while not self._pieces:
            if self._is_answered:
                return b""
            if self._error:
                raise self._error
            await self._wait(seconds)
        piece = self._pieces.popleft() if len(self._pieces) == 1 else self._take_all()
        self._waiting_bytes = 0
        if self._transport and self._is_open and not self._transport.is_reading():
            self._transport.resume_reading()
        return piece

    def lay_aside(self) -> None:
        """Rest until the next request."""
        self.idle_since = asyncio.get_running_loop().time()
        self._end_watch()

    def abort(self) -> None:
        """Close the socket at once; what the server still sends is not read."""
        self._is_open = False
        self._end_watch()
        if self._transport is None or self._transport.is_closing():
            return
        # The transport closes in the loop's next round, and before it may come whatever else waits.
        link: TransportSocket | None = self._transport.get_extra_info("socket")
        if link is not None:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
        self._transport.abort()
        # A server on this machine is woken on this very core, where it would generate on until the
        # next request is prepared: two milliseconds.
        if self._is_here and hasattr(os, "sched_yield"):
            os.sched_yield()

    def _take_all(self) -> bytes:
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece

    async def _wait(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        self._deadline = loop.time() + seconds
        if self._watch is None or self._watch.when() > self._deadline:
            self._end_watch()
            self._watch = loop.call_at(self._deadline, self._look)
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _look(self) -> None:
        self._watch = None
        if self._waiter is None:
            return
        loop = asyncio.get_running_loop()
        if loop.time() < self._deadline:
            self._watch = loop.call_at(self._deadline, self._look)
            return
        self._fail(Unavailable(f"{self._origin} sent nothing within the model's timeoutSeconds."))

    def _end_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: ProviderError) -> None:
        self._error = self._error or error
        self._wake()

    def _broken(self) -> Unavailable:
        return Unavailable(f"{self._origin} broke off the connection.")

    # Called by asyncio.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._is_open = True

    def get_buffer(self, sizehint: int) -> bytearray:
        """Return what to read into."""
        del sizehint
        return _read_into

    def buffer_updated(self, nbytes: int) -> None:
        """Parse what has come; an idle connection on which anything comes is closed."""
        if self._is_answered:
            self.abort()
            return
        if not self._has_head:
            self._head_bytes += nbytes
        try:
            self._parser.feed_data(memoryview(_read_into)[:nbytes])
        except httptools.HttpParserError:
            self._fail(BadReply(f"{self._origin} does not answer in HTTP: check baseUrl."))
        if not self._has_head and self._head_bytes > MAX_HEAD_BYTES:
            self._fail(BadReply(f"{self._origin} sent headers that are too long."))
        if self._waiting_bytes > MAX_WAITING_BYTES and self._transport:
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Note that the server closed; the socket is closed too."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End an answer that has no stated length; any other is broken off."""
        # After an `abort` of this side it is not the server's doing.
        self._was_lost = self._is_open
        self._is_open = False
        has_length = {"content-length", "transfer-encoding"} & self.headers.keys()
        if self._has_head and not has_length and exc is None:
            self._is_answered = True
        elif not self._is_answered:
            self._fail(self._broken())
        self._wake()

    # Called by the parser.

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header field."""
        field, text = name.decode("latin-1").lower(), value.decode("latin-1")
        known = self.headers.get(field)
        self.headers[field] = text if known is None else f"{known}, {text}"

    def on_headers_complete(self) -> None:
        """Take the status; an interim answer (1xx) is passed over."""
        status = self._parser.get_status_code()
        if status < 200:
            self.headers.clear()
            return
        self.status = status
        self._has_head = True

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._pieces.append(body)
        self._waiting_bytes += len(body)

    def on_message_complete(self) -> None:
        """Note the answer's end."""
        if not self._has_head:
            return
        self._is_answered = True
        if not self._parser.should_keep_alive():
            self.abort()
