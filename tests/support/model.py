"""A model that answers what a test wrote, and a progress that keeps what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gearshift.core.model import Chunk, ModelFacts, Request, Route, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


@dataclass
class AnswersInTurn:
    """Gives its answers in turn; an exception among them is raised instead."""

    answers: list[str | Exception]
    name: str = "written"
    facts: ModelFacts = field(default_factory=ModelFacts)
    routes: frozenset[Route] = frozenset({"chat"})
    finish: str = "stop"
    usage: Usage | None = field(default_factory=lambda: Usage(input=10, output=5))
    provider: str = "scripted"
    requests: list[Request] = field(default_factory=list)

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        self.requests.append(request)
        if not self.answers:
            raise AssertionError("asked more often than the test expects")
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        for start in range(0, len(answer), 7):
            yield Chunk(answer[start : start + 7])
        yield Chunk(usage=self.usage, finish=self.finish)


class KeptProgress:
    """Keeps all reports."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, int | None]] = []

    def report(self, message: str, percent: int | None = None) -> None:
        self.reports.append((message, percent))

    def end(self, message: str) -> None:
        self.reports.append((message, 100))
