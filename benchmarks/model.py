"""A model server on loopback that answers as slowly as it is told and notes when it did what.

It speaks llama.cpp's `/infill`, streamed or not. All times are `time.perf_counter()`, which on
Linux and macOS is one clock for all processes. Run as a process of its own, it prints its port.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from dataclasses import asdict, dataclass, field
from typing import Any

TAIL = 40
TOKEN, TOKENS = 4, 24
"""Characters of a token, and tokens of a reply."""
BLOCK = 24
"""Characters of the target that are known or unknown together."""


@dataclass
class Behaviour:
    """How requests are answered."""

    pieces: list[str] = field(default_factory=lambda: ["value", "\n"])
    first_ms: float = 0.0
    """Until the first piece."""
    each_ms: float = 0.0
    """Between two pieces."""
    target: str = ""
    """What is being typed: where there is one, the model goes on with it in place of `pieces`."""
    anchor: str = ""
    """The text before it."""
    right_percent: int = 100
    """How much of the target the model knows; the rest is another text."""

    def reply(self, prefix: str) -> list[str]:
        """Return the pieces that follow `prefix`, four characters each in place of a token."""
        if not self.target:
            return self.pieces
        typed = prefix[prefix.rfind(self.anchor) + len(self.anchor) :]
        n_typed = _common(typed, self.target)
        block = n_typed // BLOCK
        # By block and not by request, so that requests near to each other agree.
        is_right = hashlib.sha256(f"{self.anchor}{block}".encode()).digest()[0] % 100
        text = self.target if is_right < self.right_percent else self.target[::-1]
        text = text[n_typed : n_typed + TOKENS * TOKEN]
        return [text[at : at + TOKEN] for at in range(0, len(text), TOKEN)]


@dataclass
class Seen:
    """One request."""

    arrived: float
    """When its last byte had come."""
    tail: str
    """The end of the text before the cursor."""
    last: float | None = None
    """When the last piece of the answer that was sent had been written."""
    n_pieces: int = 0
    left: float | None = None
    """When the client closed before the answer's end."""
    n_prompt: int = 0
    """Characters of the prompt."""
    n_reread: int = 0
    """Those behind the first one that differs from the last prompt: a server that keeps what it
    has read reads them again."""


@dataclass
class State:
    """What all connections share."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    prompt: str = ""
    seen: list[Seen] = field(default_factory=list[Seen])


STATE = State()


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._answering: asyncio.Task[None] | None = None
        self._current: Seen | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, mark, rest = self._buffer.partition(b"\r\n\r\n")
        if not mark:
            return
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", 0))
        if len(rest) < length:
            return
        arrived = time.perf_counter()
        self._buffer = rest[length:]
        self._answer(head.split(b" ")[1].decode(), json.loads(rest[:length] or b"{}"), arrived)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._current is not None:
            self._current.left = time.perf_counter()
        if self._answering is not None:
            self._answering.cancel()

    def _answer(self, path: str, body: dict[str, Any], arrived: float) -> None:
        if path == "/infill":
            prefix = body["input_prefix"]
            # In the order of Qwen's tokens, the other files first.
            extra = "".join(each["text"] for each in body.get("input_extra", ()))
            prompt = extra + prefix + body["input_suffix"]
            n_same = _common(prompt, STATE.prompt)
            STATE.prompt = prompt
            seen = Seen(
                arrived, prefix[-TAIL:], n_prompt=len(prompt), n_reread=len(prompt) - n_same
            )
            STATE.seen.append(seen)
            self._current = seen
            pieces = STATE.behaviour.reply(prefix)
            is_streamed = bool(body.get("stream"))
            self._answering = asyncio.ensure_future(self._infill(seen, pieces, is_streamed))
            return
        if path == "/behaviour":
            STATE.behaviour = Behaviour(**body)
        result = [asdict(seen) for seen in STATE.seen] if path == "/seen" else {}
        STATE.seen.clear()
        self._json(result)

    def _json(self, result: Any) -> None:
        data = json.dumps(result).encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
        self._write(head % len(data) + data)

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    async def _infill(self, seen: Seen, pieces: list[str], is_streamed: bool) -> None:
        now, count = STATE.behaviour, len(pieces)
        if not is_streamed:
            await _sleep(now.first_ms + now.each_ms * (count - 1))
            seen.n_pieces = count
            self._json({"content": "".join(pieces), "stop": True})
        else:
            self._write(
                b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                b"transfer-encoding: chunked\r\n\r\n"
            )
            for number, piece in enumerate(pieces):
                await _sleep(now.each_ms if number else now.first_ms)
                self._event({"content": piece, "stop": False})
                seen.last, seen.n_pieces = time.perf_counter(), number + 1
            end = {"content": "", "stop": True, "stop_type": "eos"}
            self._event({**end, "tokens_evaluated": 500, "tokens_predicted": count})
            self._write(b"0\r\n\r\n")
        seen.last = time.perf_counter()
        self._current = None

    def _event(self, content: dict[str, Any]) -> None:
        data = b"data: " + json.dumps(content).encode() + b"\n\n"
        self._write(b"%x\r\n%s\r\n" % (len(data), data))


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (mine, yours) in pairs if mine != yours), min(len(one), len(other)))


async def _sleep(ms: float) -> None:
    if ms:
        await asyncio.sleep(ms / 1000)


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
