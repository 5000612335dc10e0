"""Frames of the base protocol: `Content-Length` headers around JSON, both ways."""

from __future__ import annotations

import json

from gearshift.core.compact_json import decode, encode_strictly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PARSE_ERROR = -32700
MAX_HEADER_BYTES = 8192


class Malformed:
    """A frame whose body is not JSON; stands in the message list in its place."""


MALFORMED = Malformed()


class FrameReader:
    """Cuts a byte stream into messages."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._missing = 0

    def feed(self, data: bytes) -> list[Any]:
        """Return the messages completed by `data`; a body that is not JSON gives MALFORMED."""
        buffer = self._buffer
        buffer += data
        messages: list[Any] = []
        if len(buffer) < self._missing:
            return messages
        start = 0
        while True:
            head = buffer.find(b"\r\n\r\n", start)
            if head < 0:
                self._missing = 0
                if len(buffer) - start > MAX_HEADER_BYTES:
                    start = len(buffer)  # not this protocol: skip, and look again from here
                break
            length = _content_length(bytes(buffer[start:head]))
            end = head + 4 + length
            if len(buffer) < end:
                # A large document arrives in many reads: don't search its header again each time.
                self._missing = end - start
                break
            messages.append(_decode(buffer[head + 4 : end]))
            start = end
        del buffer[:start]
        return messages


def _content_length(header: bytes) -> int:
    for line in header.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            try:
                return max(int(value), 0)
            except ValueError:
                return 0
    return 0


def _decode(body: bytearray) -> Any:
    try:
        return decode(body)
    except ValueError:
        return MALFORMED


def encode(message: dict[str, Any]) -> bytes:
    """Return the frame of `message`."""
    body = encode_strictly(message)
    if body is None:  # a lone surrogate, which JSON can escape and utf-8 can't hold
        body = json.dumps(message, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
