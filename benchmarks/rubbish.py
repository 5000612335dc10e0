"""Random places in real code and a model that answers rubbish: what is offered, and what it costs.

`python -m benchmarks.rubbish [--positions N] [--json FILE] FOLDER…`: nothing that is offered may
make a file stop parsing. The event loop is held by each of three things: preparing a request,
reading a piece of the reply, and fitting the whole; their CPU time is taken (the clock on the wall
would count what else the machine does).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from benchmarks.__main__ import circumstances
from benchmarks.measures import percentile
from tests.support.rubbish import rubbish
from tests.support.scripted_model import ScriptedModel

from gearshift.completion.engine import offer, prepare
from gearshift.completion.trigger import reason_to_skip
from gearshift.core.document import Snapshot
from gearshift.core.results import Skip, Suggestion
from gearshift.core.text import Edit, Position, apply_edits
from gearshift.languages.syntax import error_count, forget

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator, Iterator, Sequence

    from gearshift.core.model import Chunk, PromptForm, Request

LANGUAGES = {
    ".py": "python",
    ".js": "javascript",
    ".ts": "typescript",
    ".c": "c",
    ".h": "c",
    ".cpp": "cpp",
    ".rs": "rust",
    ".go": "go",
    ".java": "java",
}
PER_FILE = 5
MOST_BYTES = 400_000
LONGEST_HOLD_MS = 50.0
"""Longest that the event loop may be held by one reply."""


@dataclass
class Tally:
    """What happened so far."""

    positions: int = 0
    offered: int = 0
    broken: list[str] = field(default_factory=list[str])
    holds_ms: list[float] = field(default_factory=list[float])
    slow: list[str] = field(default_factory=list[str])
    by_language: Counter[str] = field(default_factory=Counter[str])

    def figures(self) -> dict[str, Any]:
        """The figures as JSON."""
        return {
            "positions": self.positions,
            "by_language": dict(self.by_language.most_common()),
            "offered": self.offered,
            "broken": self.broken,
            "held_ms": {f"p{p}": round(percentile(self.holds_ms, p), 2) for p in (50, 95, 99, 100)},
            "held_over_50_ms": self.slow,
        }


def documents(folders: Sequence[Path], rng: random.Random) -> Iterator[Snapshot]:
    """Yield files that parse, in a random order, again and again."""
    files = sorted(
        path for folder in folders for path in folder.rglob("*") if path.suffix in LANGUAGES
    )
    while files:
        path = rng.choice(files)
        if not path.is_file() or path.stat().st_size > MOST_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        language = LANGUAGES[path.suffix]
        if text.strip() and not error_count(language, text):
            yield Snapshot.from_text(text, language=language, path=path)


class TimedModel(ScriptedModel):
    """Notes how long each piece that it says keeps its reader busy."""

    holds_ms: list[float]

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the pieces."""
        async with aclosing(super().stream(request)) as chunks:
            async for chunk in chunks:
                with held(self.holds_ms):
                    yield chunk


@contextmanager
def held(holds_ms: list[float]) -> Generator[None]:
    """Note the CPU time that passes within, in milliseconds."""
    begun = time.thread_time()
    try:
        yield
    finally:
        holds_ms.append((time.thread_time() - begun) * 1000)


async def complete(snapshot: Snapshot, position: Position, model: TimedModel) -> Suggestion | Skip:
    """Return what is offered; `model` notes what held the event loop meanwhile."""
    skip = reason_to_skip(snapshot, position, is_explicit=True)
    if skip is not None:
        return skip
    with held(model.holds_ms):
        generation = prepare(snapshot, position, model)
    if isinstance(generation, Skip):
        return generation
    await generation.read()
    with held(model.holds_ms):
        return offer(generation.text, generation.hole, generation.sent_head)


async def probe(snapshot: Snapshot, rng: random.Random, tally: Tally) -> None:
    """Ask at one random place of a document and look at what is offered."""
    lines = snapshot.lines
    line = rng.randrange(len(lines))
    column = rng.choice([0, len(lines[line].rstrip()), rng.randint(0, len(lines[line]))])
    reply = rubbish(rng, lines, line, column)
    form = cast("PromptForm", rng.choice(["fill", "chat", "prefill", "continue"]))
    model = TimedModel(reply, form=form, piece=rng.choice([3, 11, 1000]))
    place = f"{snapshot.path}:{line + 1}:{column + 1}"
    model.holds_ms = []
    result = await complete(snapshot, Position(line, column), model)
    tally.positions += 1
    longest = max(model.holds_ms, default=0.0)
    tally.holds_ms.append(longest)
    if longest > LONGEST_HOLD_MS:
        tally.slow.append(f"{place}: {longest:.0f} ms")
    tally.by_language[snapshot.language] += 1
    if isinstance(result, Suggestion):
        tally.offered += 1
        after = apply_edits(snapshot.text, [Edit(result.range, result.text)])
        if error_count(snapshot.language, after):
            tally.broken.append(f"{place}: {reply!r} gave {result.text!r}")


async def run(folders: Sequence[Path], positions: int, seed: int) -> Tally:
    """Return the tally of `positions` random places."""
    rng, tally = random.Random(seed), Tally()
    for snapshot in documents(folders, rng):
        for _ in range(PER_FILE):
            await probe(snapshot, rng, tally)
        forget(snapshot.uri)
        if tally.positions >= positions:
            break
    return tally


def main() -> None:
    """Run what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rubbish", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="where the code is")
    parser.add_argument("--positions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures with machine and versions")
    asked = parser.parse_args()
    figures = asyncio.run(run(asked.folders, asked.positions, asked.seed)).figures()
    print(json.dumps(figures, indent=2))
    if asked.json:
        content = {**circumstances(), "seed": asked.seed, "found": figures}
        asked.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    sys.exit(bool(figures["broken"]))


if __name__ == "__main__":
    main()
