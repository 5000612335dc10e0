"""The measures; each starts its servers, drives them and returns plain figures by server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.bench import places
from benchmarks.blocks import blocks
from benchmarks.editor import frame
from benchmarks.keystrokes import typing
from benchmarks.model import Behaviour
from benchmarks.process import use_of
from benchmarks.typist import Completion, type_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.bench import Bench
    from benchmarks.editor import Server

Figures = dict[str, Any]

STATEMENT = ["(", "0", ", ", "1", ", ", "len", ", ", "None", ", ", "True", ")", "\n"]
"""A reply that fits behind nearly all that is typed and uses no name that a file may lack: it
is shown."""
AT_ONCE = Behaviour(STATEMENT)
PACED = Behaviour(STATEMENT, first_ms=20, each_ms=2)
ENDLESS = Behaviour(["word "] * 500, first_ms=5, each_ms=5)
FOLLOWED = "".join(STATEMENT).strip()
"""The reply itself, so that no completion but the first needs the model."""
COMPARED = ("gearshift", "naive")
SETTLE_SECONDS = 6.0
"""After this nothing may be going on: status, warm-up and house-keeping are over."""


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile, between the nearest values."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * percent / 100
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def spread(seconds: Sequence[float]) -> Figures:
    """Return count and percentiles in milliseconds."""
    figures = {f"p{p}": round(percentile(seconds, p) * 1000, 2) for p in (50, 95, 99)}
    return {"n": len(seconds), **figures}


def start_up(bench: Bench, rounds: int = 10) -> Figures:
    """Time from the spawn to the answer to `initialize`, and to the first completion."""
    names = ("gearshift", "naive", "bare")
    init: dict[str, list[float]] = {name: [] for name in names}
    first: dict[str, list[float]] = {name: [] for name in COMPARED}
    bench.model.behave(AT_ONCE)
    for number in range(rounds + 1):
        for name in names:
            server = bench.start(name)
            seconds = server.initialize()
            over = _first_completion(bench, server) if name in first else 0.0
            server.end()
            if number:  # the first round fills the caches of files and byte code
                init[name].append(seconds)
                first.get(name, []).append(over)
    return {
        "initialize_ms": {name: spread(values) for name, values in init.items()},
        "first_completion_ms": {name: spread(values) for name, values in first.items()},
    }


def _first_completion(bench: Bench, server: Server) -> float:
    """Return the seconds from the spawn to a completion, less the model's own."""
    document = bench.document("subprocess")
    server.open(document)
    line, _ = places(document, 1, seed=1)[0]
    answer = server.wait(server.complete(document, line, len(document.lines[line]))[0])
    seen = bench.model.seen()[0]
    assert seen.last is not None
    return answer.at - server.spawned - (seen.last - seen.arrived)


def latency(bench: Bench, behaviour: Behaviour, n: int = 300, block: int = 50) -> Figures:
    """Time added to a completion while someone types: each key an edit and a request."""
    servers = {name: bench.start(name) for name in COMPARED}
    documents = {name: bench.document("subprocess") for name in COMPARED}
    found: dict[str, list[Completion]] = {name: [] for name in COMPARED}
    cpu = dict.fromkeys(COMPARED, 0.0)
    bench.model.behave(behaviour)
    for name, server in servers.items():
        server.initialize()
        server.open(documents[name])
        type_statements(bench, server, documents[name], 20, seed=0)
        server.rest(0.5)
    for number in range(n // block):
        for name, server in servers.items():
            before = use_of(server.pid).cpu_seconds
            found[name] += type_statements(bench, server, documents[name], block, seed=number)
            cpu[name] += use_of(server.pid).cpu_seconds - before
    for server in servers.values():
        server.end()
    return {
        name: {
            **spread([each.added for each in found[name] if each.seen]),
            "without_model": sum(each.seen is None for each in found[name]),
            "cpu_ms": round(cpu[name] / len(found[name]) * 1000, 2),
        }
        for name in COMPARED
    }


def recall(bench: Bench, n: int = 200) -> Figures:
    """Time to an answer that the text of an earlier reply gives, with no model asked."""
    bench.model.behave(AT_ONCE)
    server = bench.gearshift()
    server.initialize()
    document = bench.document("subprocess")
    server.open(document)
    type_statements(bench, server, document, 20, seed=0)
    found = type_statements(bench, server, document, n, seed=1, typed=FOLLOWED)
    server.end()
    without = [each.added for each in found if each.seen is None]
    return {"asked": n, "gearshift": spread(without) if without else {"n": 0}}


def memory(bench: Bench, completions: int = 1000) -> Figures:
    """Resident memory after the start, with 50 files open, and after many completions."""
    bench.model.behave(AT_ONCE)
    figures: Figures = {}
    for name in COMPARED:
        server = bench.start(name)
        server.initialize()
        server.rest(1.5)
        rows = {"initialized": use_of(server.pid)}
        documents = bench.files(50)
        for document in documents:
            server.open(document)
        server.rest(2.0)
        rows["50 files"] = use_of(server.pid)
        for number in range(completions // 20):
            type_statements(bench, server, documents[number % len(documents)], 20, seed=number)
        server.rest(1.0)
        rows[f"{completions} completions"] = use_of(server.pid)
        server.end()
        figures[name] = {row: round(use.rss_mb, 1) for row, use in rows.items()}
    return figures


def rest(bench: Bench, seconds: float = 10.0) -> Figures:
    """Threads and wake-ups while nobody types, after a completion."""
    bench.model.behave(AT_ONCE)
    servers = {name: bench.start(name) for name in COMPARED}
    for server in servers.values():
        server.initialize()
        document = bench.document("subprocess")
        server.open(document)
        type_statements(bench, server, document, 1, seed=0)
    _rest_all(servers.values(), SETTLE_SECONDS)
    before = {name: use_of(server.pid) for name, server in servers.items()}
    _rest_all(servers.values(), seconds)
    figures: Figures = {}
    for name, server in servers.items():
        now = use_of(server.pid)
        woken = (now.wake_ups - before[name].wake_ups) / seconds
        figures[name] = {"threads": now.threads, "wake_ups_per_second": round(woken, 2)}
        server.end()
    return figures


def _rest_all(servers: Any, seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for server in servers:
            server.rest(0.1)


EDITS = {"gearshift": 20_000, "naive": 200}
"""Enough for about a second each."""


def edits(bench: Bench, rounds: int = 3) -> Figures:
    """Edits per second on 20,000 lines, up to the completion that sees the last one."""
    bench.model.behave(AT_ONCE)
    rates: dict[str, list[float]] = {name: [] for name in COMPARED}
    for number in range(rounds):
        for name in COMPARED:
            rates[name].append(_edit_rate(bench, name, number))
    return {name: {"runs": [round(r) for r in sorted(found)]} for name, found in rates.items()}


def _edit_rate(bench: Bench, name: str, seed: int) -> float:
    server = bench.start(name)
    server.initialize()
    document = bench.long_document(20_000)
    server.open(document)
    server.wait(server.complete(document, 10, 0)[0])
    server.rest(1.0)
    frames: list[bytes] = []
    for line, _ in places(document, EDITS[name] // 20, seed):
        for character in " # edited, key by k.":  # no half word, which a request may leave out
            change = document.insertion(line, len(document.lines[line]), character)
            frames.append(frame({"method": "textDocument/didChange", "params": change}))
    bench.model.seen()
    begun = time.perf_counter()
    for at in range(0, len(frames), 50):
        server.write(b"".join(frames[at : at + 50]))
    request, _ = server.complete(document, line, len(document.lines[line]))
    answer = server.wait(request)
    seen = bench.model.seen()[-1]
    assert document.lines[line].endswith(seen.tail.rpartition("\n")[2]), seen.tail
    server.end()
    return len(frames) / (answer.at - begun)


def stopping(bench: Bench, n: int = 50) -> Figures:
    """Time from a request elsewhere, the last one cancelled, to the closed socket of the last."""
    bench.model.behave(ENDLESS)
    return {name: _stops(bench, name, n) for name in COMPARED}


def _stops(bench: Bench, name: str, n: int) -> Figures:
    server = bench.start(name)
    server.initialize()
    document = bench.document("subprocess")
    server.open(document)
    decided: list[float] = []
    request = 0
    for line, _ in places(document, n, seed=3):
        if request:
            server.notify("$/cancelRequest", {"id": request})
        request, at = server.complete(document, line, len(document.lines[line]))
        decided.append(at)
        server.rest(0.06)
    left = [seen.left for seen in bench.model.seen() if seen.left is not None]
    server.end()
    # What another server left running may have been closed only after this one began.
    times = [at - max(d for d in decided if d <= at) for at in left if at >= decided[0]]
    return spread(times) if times else {"n": 0}


MEASURES: dict[str, Callable[[Bench], Figures]] = {
    "start_up": start_up,
    "latency_at_once": lambda bench: latency(bench, AT_ONCE),
    "latency_paced": lambda bench: latency(bench, PACED, n=200),
    "recall": recall,
    "memory": memory,
    "rest": rest,
    "edits": edits,
    "stopping": stopping,
    "typing_steady": lambda bench: typing(bench, with_pauses=False),
    "typing_pauses": lambda bench: typing(bench, with_pauses=True),
    "blocks": blocks,
}
