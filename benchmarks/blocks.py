"""How long the event loop is blocked: what else an editor asks meanwhile is not answered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.bench import places
from benchmarks.editor import frame
from benchmarks.model import Behaviour

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.bench import Bench
    from benchmarks.editor import Document, Server

Figures = dict[str, Any]
LINES = 20_000
LONG_LINE = 2_000_000
"""Characters: generated code, a data file."""
PAUSE_SECONDS = 0.005
"""Between an answer and the next question."""
SECONDS = 1.5
"""For how long is asked after each thing."""


def blocks(bench: Bench, rounds: int = 3) -> Figures:
    """Longest time to an answer that takes no work, while other things are asked; best of some.

    The best of three: what the machine does besides lengthens a round, and shortens none.
    """
    bench.model.behave(Behaviour(["value", "\n"], first_ms=20))
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        server = bench.gearshift()
        server.initialize()
        document = bench.long_document(LINES)
        server.rest(1.0)
        for name, work in WORK.items():
            found.setdefault(name, []).append(_longest(server, work(bench, server, document)))
        server.end()
    return {
        "gearshift_ms": {name: round(min(times) * 1000, 1) for name, times in found.items()},
        "rounds_ms": {name: [round(t * 1000, 1) for t in times] for name, times in found.items()},
    }


def _longest(server: Server, data: bytes) -> float:
    """Send `data` and ask what is answered at once, for a while; return the longest wait."""
    server.write(data)
    longest, end = 0.0, time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        place = {"line": 0, "character": 0}
        params = {"textDocument": {"uri": "file:///not/open.py"}, "position": place}
        request, at = server.request("textDocument/inlineCompletion", params)
        longest = max(longest, server.wait(request).at - at)
        server.rest(PAUSE_SECONDS)
    return longest


def _open(_: Bench, server: Server, document: Document) -> bytes:
    del server
    content = {"uri": document.uri, "languageId": "python", "version": 1}
    opened = {"textDocument": {**content, "text": "\n".join(document.lines)}}
    return frame({"method": "textDocument/didOpen", "params": opened})


def _complete(document: Document, server: Server, line: int) -> bytes:
    params = {
        "textDocument": {"uri": document.uri},
        "position": {"line": line, "character": len(document.lines[line])},
        "context": {"triggerKind": 1},
    }
    return _request(server, "textDocument/inlineCompletion", params)


def _request(server: Server, method: str, params: Any) -> bytes:
    return frame({"id": server.next_id(), "method": method, "params": params})


def _edits(_: Bench, server: Server, document: Document) -> bytes:
    data = b""
    for line, indent in sorted(places(document, 10, seed=5), reverse=True):
        change = document.insertion(line, len(document.lines[line]), "\n" + " " * indent + "value")
        data += frame({"method": "textDocument/didChange", "params": change})
        data += _complete(document, server, line + 1)
    return data


def _code_actions(_: Bench, server: Server, document: Document) -> bytes:
    data = b""
    for line, _indent in places(document, 3, seed=6):
        place = {"line": line, "character": 4}
        params = {
            "textDocument": {"uri": document.uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }
        data += _request(server, "textDocument/codeAction", params)
    return data


def _action(_: Bench, server: Server, document: Document) -> bytes:
    line, _indent = places(document, 1, seed=7)[0]
    place = {"line": line, "character": 4}
    argument = {"uri": document.uri, "range": {"start": place, "end": place}}
    params = {"command": "gearshift.document", "arguments": [argument]}
    return _request(server, "workspace/executeCommand", params)


def _data(bench: Bench, document: Document) -> Document:
    text = "data = [" + "1234567, " * (LONG_LINE // 9)
    return type(document)(f"{bench.workspace.as_uri()}/data.py", ["import os", text, "", "x = "])


def _actions_in_data(bench: Bench, server: Server, document: Document) -> bytes:
    place = {"line": 3, "character": 2}
    where = {"uri": _data(bench, document).uri, "range": {"start": place, "end": place}}
    listed = {
        "textDocument": {"uri": where["uri"]},
        "range": where["range"],
        "context": {"diagnostics": []},
    }
    run = {"command": "gearshift.document", "arguments": [where]}
    return _request(server, "textDocument/codeAction", listed) + _request(
        server, "workspace/executeCommand", run
    )


def _long_line(bench: Bench, server: Server, document: Document) -> bytes:
    document = _data(bench, document)
    return (
        _open(bench, server, document)
        + _complete(document, server, 1)
        + _complete(document, server, 3)
    )


WORK: dict[str, Callable[[Bench, Server, Document], bytes]] = {
    "20,000 lines opened": _open,
    "edits and completions there": _edits,
    "code actions listed there": _code_actions,
    "an action run there": _action,
    "a line of 2 MB": _long_line,
    "actions listed and run there too": _actions_in_data,
}
"""What is done, in this order, on one server."""
