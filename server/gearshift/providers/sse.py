"""Server-sent events and lines of JSON out of a byte stream, whatever way its pieces are cut."""

from __future__ import annotations

import codecs
from typing import ClassVar, Protocol

from gearshift.core.errors import BadReply

MAX_LINE = 4 * 1024 * 1024
"""Longest line in characters: a Responses stream repeats the whole answer in its last event."""


class Parser(Protocol):
    """Reads one format of streams."""

    kinds: ClassVar[tuple[str, ...]]
    """The content types under which the format is sent."""

    def feed(self, piece: bytes) -> list[str]:
        """Return the data of the events that `piece` completes."""
        ...


_Decoder = codecs.getincrementaldecoder("utf-8-sig")


class LineSplitter:
    r"""Lines of a UTF-8 stream fed in pieces; `\n`, `\r\n` and `\r` end a line."""

    def __init__(self, max_line: int = MAX_LINE) -> None:
        self._decoder = _Decoder(errors="replace")
        self._rest = ""
        self._after_return = False
        self._max_line = max_line

    def feed(self, piece: bytes) -> list[str]:
        """Return the lines that `piece` completes, without their endings.

        Raises BadReply for a line longer than `max_line`.
        """
        text = self._decoder.decode(piece)
        if self._after_return and text:
            self._after_return = False
            # The return has already ended its line; the newline of the pair adds none.
            text = text[1:] if text[0] == "\n" else text
        if text.endswith("\r"):
            self._after_return = True
        text = self._rest + text
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        *lines, self._rest = text.split("\n")
        if len(self._rest) > self._max_line:
            raise BadReply("The server sent a line that is too long to be an answer.")
        return lines


class EventParser:
    """Events of a stream fed in pieces, as the HTML standard reads them.

    Their names are passed over: where a dialect has some, its data says the same.
    """

    kinds: ClassVar[tuple[str, ...]] = (
        "text/event-stream",
        "application/octet-stream",
        "text/plain",
    )

    def __init__(self) -> None:
        self._lines = LineSplitter()
        self._data: list[str] = []

    def feed(self, piece: bytes) -> list[str]:
        """Return the data of the events that `piece` completes.

        An event that is never ended is dropped.
        """
        events: list[str] = []
        for line in self._lines.feed(piece):
            if line.startswith("data: "):  # nearly all lines with something on them
                self._data.append(line[6:])
            elif line == "data" or line.startswith("data:"):
                self._data.append(line[5:])
            elif not line and self._data:
                events.append("\n".join(self._data))
                self._data = []
        return events


class LineParser:
    """Lines of a stream fed in pieces, each an event of its own, as in newline-delimited JSON."""

    kinds: ClassVar[tuple[str, ...]] = (
        "application/x-ndjson",
        "application/octet-stream",
        "text/plain",
    )

    def __init__(self) -> None:
        self._lines = LineSplitter()

    def feed(self, piece: bytes) -> list[str]:
        """Return the lines that `piece` completes; empty ones and one never ended are dropped."""
        return [line for line in self._lines.feed(piece) if line]
