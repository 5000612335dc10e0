"""The editor's end of a server: raw pipes, one thread, each message timed as it is read."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECONDS = 60.0
"""Longest wait for an answer."""

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "synchronization": {"didSave": True},
        "inlineCompletion": {"dynamicRegistration": False},
    },
    "workspace": {"workspaceFolders": True, "configuration": True},
}


@dataclass(frozen=True)
class Answer:
    """A response, and when it had been read."""

    at: float
    result: Any
    error: Any = None


@dataclass
class Document:
    """A document as the editor holds it."""

    uri: str
    lines: list[str]
    version: int = 1

    def insertion(self, line: int, column: int, text: str) -> dict[str, Any]:
        """Put `text` in; return the params of `didChange`."""
        old = self.lines[line]
        self.lines[line : line + 1] = (old[:column] + text + old[column:]).split("\n")
        self.version += 1
        place = {"line": line, "character": column}
        change = {"range": {"start": place, "end": place}, "text": text}
        document = {"uri": self.uri, "version": self.version}
        return {"textDocument": document, "contentChanges": [change]}


def frame(message: Mapping[str, Any]) -> bytes:
    """Return the bytes of a message."""
    body = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def _surroundings() -> dict[str, str]:
    """Return the environment without what would have each start compile every changed module."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


@dataclass
class Server:
    """A running language server."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """`initializationOptions`."""

    def __post_init__(self) -> None:
        self._last_id = 0
        self._buffer = bytearray()
        self._unsent = bytearray()
        self._is_writing = False
        self._answers: dict[int, Answer] = {}
        self.spawned = time.perf_counter()
        self._process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env={**_surroundings(), **self.environment},
            bufsize=0,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._input, self._output = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._input, False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def initialize(self) -> float:
        """Do the handshake; return the seconds from the spawn to the answer."""
        uri = self.folder.as_uri()
        params = {
            "processId": os.getpid(),
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": "workspace"}],
            "capabilities": CAPABILITIES,
            "initializationOptions": self.options,
        }
        answer = self.wait(self.request("initialize", params)[0])
        self.notify("initialized", {})
        return answer.at - self.spawned

    def open(self, document: Document) -> None:
        content = {"uri": document.uri, "languageId": "python", "version": document.version}
        text = "\n".join(document.lines)
        self.notify("textDocument/didOpen", {"textDocument": {**content, "text": text}})

    def complete(
        self, document: Document, line: int, column: int, trigger: int = 1
    ) -> tuple[int, float]:
        """Ask for an inline completion; return the request and when it was sent."""
        params = {
            "textDocument": {"uri": document.uri},
            "position": {"line": line, "character": column},
            "context": {"triggerKind": trigger},
        }
        return self.request("textDocument/inlineCompletion", params)

    def notify(self, method: str, params: Any) -> float:
        data = frame({"method": method, "params": params})
        at = time.perf_counter()
        self.write(data)
        return at

    def request(self, method: str, params: Any) -> tuple[int, float]:
        request_id = self.next_id()
        data = frame({"id": request_id, "method": method, "params": params})
        at = time.perf_counter()
        self.write(data)
        return request_id, at

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def write(self, data: bytes) -> None:
        """Write all of `data`, reading meanwhile, so that neither end can block the other."""
        self._unsent += data
        self._is_writing = True
        while self._unsent:
            ends = select.select([self._output], [self._input], [], SECONDS)
            if ends[1]:
                with suppress(BlockingIOError):
                    del self._unsent[: os.write(self._input, self._unsent)]
            elif ends[0]:
                self._read()
        self._is_writing = False

    def wait(self, request_id: int) -> Answer:
        """Return the response of a request; an error is one of the server's, which may not be."""
        while request_id not in self._answers:
            if not select.select([self._output], [], [], SECONDS)[0]:
                raise TimeoutError(f"{self.command} did not answer request {request_id}")
            self._read()
        answer = self._answers.pop(request_id)
        if answer.error is not None:
            raise RuntimeError(f"{self.command} answered with an error: {answer.error}")
        return answer

    def answered(self) -> Mapping[int, Answer]:
        """Return the answers that have come and that nobody waited for."""
        return self._answers

    def rest(self, seconds: float) -> None:
        """Let time pass, reading what comes."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._output], [], [], left)[0]:
                self._read()

    def _read(self) -> None:
        data = os.read(self._output, 1 << 20)
        at = time.perf_counter()
        if not data:
            raise ConnectionError(f"{self.command} ended with {self._process.wait()}")
        self._buffer += data
        while (head := self._buffer.find(b"\r\n\r\n")) >= 0:
            fields = bytes(self._buffer[:head]).lower().split(b"\r\n")
            length = next(int(f[15:]) for f in fields if f.startswith(b"content-length:"))
            end = head + 4 + length
            if len(self._buffer) < end:
                return
            message = json.loads(self._buffer[head + 4 : end])
            del self._buffer[:end]
            self._take(message, at)
        if self._unsent and not self._is_writing:
            self.write(b"")

    def _take(self, message: dict[str, Any], at: float) -> None:
        if "method" not in message:
            found = Answer(at, message.get("result"), message.get("error"))
            self._answers[message["id"]] = found
        elif "id" in message:
            items = dict(message.get("params") or {}).get("items")
            result = [None for _ in items] if items else None
            # Behind what is being written, never into the middle of it.
            self._unsent += frame({"id": message["id"], "result": result})

    def end(self) -> None:
        """Shut down, by force if need be."""
        try:
            self.wait(self.request("shutdown", None)[0])
            self.notify("exit", None)
            self._process.wait(5)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
