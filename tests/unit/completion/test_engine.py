"""The engine from request to suggestion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.scripted_model import ScriptedModel

from gearshift.completion.engine import Engine, prepare
from gearshift.core.document import Snapshot
from gearshift.core.errors import Unavailable
from gearshift.core.model import Chunk, Request
from gearshift.core.results import Skip, Suggestion
from gearshift.core.text import Position, Range

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

SNAPSHOT = Snapshot.from_text("def f(a):\n    b = \n    return b\n", language="python")
CURSOR = Position(1, 8)


async def test_a_suggestion_is_inserted_at_the_cursor() -> None:
    result = await Engine().complete(SNAPSHOT, CURSOR, ScriptedModel("a + 1\n"))
    assert result == Suggestion("a + 1", Range.at(CURSOR))


async def test_the_stream_is_closed_as_soon_as_the_line_is_complete() -> None:
    model = ScriptedModel("a + 1\n" + "    more = 1\n" * 100)
    await Engine().complete(SNAPSHOT, CURSOR, model)
    assert model.is_closed_early
    assert len(model.sent) < 12


async def test_a_provider_without_a_route_is_a_skip() -> None:
    model = ScriptedModel("a", routes=[])
    assert isinstance(await Engine().complete(SNAPSHOT, CURSOR, model), Skip)
    assert model.requests == []


class BrokenModel(ScriptedModel):
    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        yield Chunk("a")
        raise Unavailable("The connection broke off.")


async def test_a_broken_stream_rises() -> None:
    with pytest.raises(Unavailable, match="broke off"):
        await Engine().complete(SNAPSHOT, CURSOR, BrokenModel(""))


async def test_each_piece_is_judged_as_it_comes() -> None:
    judged: list[str] = []

    def judge(text: str) -> bool:
        judged.append(text)
        return False

    generation = prepare(SNAPSHOT, CURSOR, ScriptedModel("a + (1, 2)"))
    assert not isinstance(generation, Skip)
    generation.judge = judge
    await generation.read()

    assert generation.text == "a + (1, 2)"
    assert judged == ["a + ", "a + (1, ", "a + (1, 2)"]
