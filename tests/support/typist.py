"""A person who types into a document and asks for inline completions, as editors do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.support.virtual_time import LoopClock

from gearshift.completion.ask import Answer, Ask
from gearshift.completion.engine import prepare
from gearshift.completion.flow import Flow
from gearshift.completion.pace import Pace
from gearshift.core.document import Snapshot
from gearshift.core.model import Chunk, FillRequest, ModelFacts, Request, Route, Usage
from gearshift.core.results import Suggestion
from gearshift.core.text import offset_at, position_at, split_lines

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gearshift.completion.generation import Generation
    from gearshift.core.results import Skip
    from gearshift.core.text import Position

FIRST_SECONDS, PIECE_SECONDS = 0.15, 0.01


@dataclass
class SlowModel:
    """Says what `reply` makes of the prompt's prefix, four characters at a time."""

    reply: Callable[[str], str]
    name: str = "slow"
    provider: str = "scripted"
    facts: ModelFacts = field(default_factory=lambda: ModelFacts(form="fill"))
    routes: frozenset[Route] = frozenset({"fill"})
    prefixes: list[str] = field(default_factory=list)
    n_sent: int = 0
    n_open: int = 0
    most_open: int = 0
    n_closed_early: int = 0

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        assert isinstance(request, FillRequest)
        self.prefixes.append(request.prefix)
        self.n_open += 1
        self.most_open = max(self.most_open, self.n_open)
        is_read = False
        try:
            text = self.reply(request.prefix)
            await asyncio.sleep(FIRST_SECONDS)
            for start in range(0, len(text), 4):
                self.n_sent += 1
                yield Chunk(text[start : start + 4])
                await asyncio.sleep(PIECE_SECONDS)
            yield Chunk(usage=Usage(1, 0, 1), finish="stop")
            is_read = True
        finally:
            self.n_open -= 1
            self.n_closed_early += not is_read


class Typist:
    """Types at the cursor, which `|` marks in the first text."""

    def __init__(self, marked: str, model: SlowModel, *, language: str = "python") -> None:
        before, _, after = marked.partition("|")
        self.text, self.cursor = before + after, len(before)
        self.model = model
        self.counted: list[str] = []
        self.failures: list[BaseException] = []
        self.may_look_ahead = False
        self.pause: float | None = None
        self._language = language
        self._version = 0
        self.pace = Pace(LoopClock())
        self.flow = Flow(
            LoopClock(), self.pace, failed=self.failures.append, accepted=self.counted.append
        )
        self.pending: asyncio.Task[Answer] | None = None
        self.asked: Ask | None = None

    @property
    def snapshot(self) -> Snapshot:
        made = Snapshot.from_text(self.text, language=self._language, version=self._version)
        return replace(made, uri="file:///typed.py")

    @property
    def position(self) -> Position:
        return position_at(split_lines(self.text), self.cursor)

    def put(self, text: str) -> None:
        """Insert at the cursor in one edit."""
        self.edit(self.text[: self.cursor] + text + self.text[self.cursor :], len(text))

    def delete(self, n_characters: int = 1) -> None:
        """Delete before the cursor in one edit."""
        start = self.cursor - n_characters
        self.edit(self.text[:start] + self.text[self.cursor :], -n_characters)

    def edit(self, text: str, moved: int = 0) -> None:
        """Replace the whole text; the cursor moves along."""
        self.text = text
        self.cursor += moved
        self._version += 1
        self.flow.edited("file:///typed.py")

    def accept(self, suggestion: Suggestion, n_characters: int | None = None) -> None:
        """Insert a suggestion, or its beginning, as an editor does."""
        start = offset_at(split_lines(self.text), suggestion.range.start)
        assert start == self.cursor
        self.put(suggestion.text[:n_characters])

    def ask(self, *, is_explicit: bool = False) -> asyncio.Task[Answer]:
        """Ask in place of the request before, which is cancelled."""
        if self.pending is not None:
            self.pending.cancel()
        self.asked = Ask(
            self.snapshot,
            self.position,
            "mini",
            self._begin,
            is_explicit,
            self.pause,
            self.may_look_ahead,
        )
        self.pending = asyncio.ensure_future(self.flow.answer(self.asked))
        return self.pending

    def _begin(self, snapshot: Snapshot, position: Position) -> Generation | Skip:
        return prepare(snapshot, position, self.model)

    async def answer(self, *, is_explicit: bool = False) -> Answer:
        """Ask and wait."""
        return await self.ask(is_explicit=is_explicit)

    async def key(self, character: str, seconds: float = 0.08) -> str | None:
        """Type a character, ask, and wait until the next key; return the ghost text by then."""
        self.put(character)
        task = self.ask()
        await asyncio.sleep(seconds)
        return ghost(task)


def ghost(task: asyncio.Task[Answer]) -> str | None:
    """Return the text of an answer that is there; None: no answer, or nothing offered."""
    if not task.done() or task.cancelled():
        return None
    result = task.result().result
    return result.text if isinstance(result, Suggestion) else None
