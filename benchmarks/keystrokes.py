"""Someone types what was really typed once, at a steady pace and with pauses to think."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.editor import Document
from benchmarks.model import Behaviour, Seen
from benchmarks.samples import samples

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.editor import Server
    from benchmarks.samples import Sample

Figures = dict[str, Any]
KEY_SECONDS = 0.08
FIRST_MS, EACH_MS = 150, 10
"""A hosted model on a good day."""
RIGHT_PERCENT = 70
PAUSES = (0.25, 0.5, 0.9)
PAUSE_AFTER = " \n(:"
PAUSE_SHARE = 0.35
SERVERS = ("gearshift", "naive")


@dataclass
class Key:
    """One key press and the request that came with it."""

    asked: float
    over: float
    """When the next key came."""
    answered: float | None = None
    """When ghost text came, if it did before the next key."""


def typing(bench: Bench, *, with_pauses: bool) -> Figures:
    """Replay all samples on each server."""
    return {name: _replay(bench, name, with_pauses) for name in SERVERS}


def _replay(bench: Bench, name: str, with_pauses: bool) -> Figures:
    server = bench.start(name)
    server.initialize()
    rng = random.Random(7)
    keys: list[Key] = []
    seen: list[Seen] = []
    for number, sample in enumerate(samples()):
        uri = f"{bench.workspace.as_uri()}/sample_{number}.py"
        document = Document(uri, f"{sample.above}\n{sample.below}".split("\n"))
        server.open(document)
        behaviour = Behaviour(
            first_ms=FIRST_MS,
            each_ms=EACH_MS,
            target=sample.inserted,
            anchor=sample.above[-60:],
            right_percent=RIGHT_PERCENT,
        )
        bench.model.behave(behaviour)
        keys += _type(server, document, sample, rng if with_pauses else None)
        server.rest(FIRST_MS / 1000 + 0.5)
        seen += bench.model.seen()
    server.end()
    return _figures(keys, seen)


def _type(
    server: Server, document: Document, sample: Sample, rng: random.Random | None
) -> list[Key]:
    line, column = sample.above.count("\n"), 0
    keys: list[Key] = []
    request = 0
    due = time.perf_counter()
    for character in sample.inserted.removesuffix("\n"):  # on a line that was opened for it
        server.notify("textDocument/didChange", document.insertion(line, column, character))
        line, column = (line + 1, 0) if character == "\n" else (line, column + 1)
        if request and request not in server.answered():
            server.notify("$/cancelRequest", {"id": request})
        request, asked = server.complete(document, line, column, trigger=2)
        due += KEY_SECONDS
        if rng and character in PAUSE_AFTER and rng.random() < PAUSE_SHARE:
            due += rng.choice(PAUSES)
        server.rest(due - time.perf_counter())
        answer = server.answered().get(request)
        is_shown = answer is not None and answer.error is None and _has_text(answer.result)
        keys.append(Key(asked, time.perf_counter(), answer.at if answer and is_shown else None))
    return keys


def _has_text(result: Any) -> bool:
    return any(item["insertText"] for item in (result or {}).get("items", ()))


def _figures(keys: list[Key], seen: list[Seen]) -> Figures:
    from benchmarks.measures import spread

    shown = [key for key in keys if key.answered is not None]
    without = [
        key for key in shown if not any(key.asked <= s.arrived <= (key.answered or 0) for s in seen)
    ]
    ends = [*(s.arrived for s in seen[1:]), float("inf")]
    in_vain = sum(
        s.n_pieces
        for s, end in zip(seen, ends, strict=True)
        if not any(s.arrived <= (key.answered or 0) < end for key in shown)
    )
    return {
        "keys": len(keys),
        "shown": len(shown),
        "shown_without_model": len(without),
        "requests": len(seen),
        "tokens": sum(s.n_pieces for s in seen),
        "tokens_never_shown": in_vain,
        "to_shown_ms": spread([(key.answered or 0) - key.asked for key in shown]) if shown else {},
        "prompt_characters": sum(s.n_prompt for s in seen),
        "reread_characters": sum(s.n_reread for s in seen),
    }
