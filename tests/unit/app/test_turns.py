"""A model that serves one request at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gearshift.app.turns import InTurn
from gearshift.core.model import ChatRequest, Chunk, ModelFacts, Request, Route

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

REQUEST = ChatRequest(())


class GatedModel:
    """Counts the requests that reached it; answers when it is let."""

    name = "gated"
    provider = "local"
    facts = ModelFacts()
    routes: frozenset[Route] = frozenset({"chat"})

    def __init__(self) -> None:
        self.n_begun = 0
        self.gate = asyncio.Event()

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        del request
        self.n_begun += 1
        await self.gate.wait()
        yield Chunk("done")


async def answer(model: InTurn) -> str:
    return "".join([chunk.text async for chunk in model.stream(REQUEST)])


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_next_request_leaves_when_the_one_before_has_its_answer() -> None:
    model, turn = GatedModel(), asyncio.Lock()
    asked = [asyncio.ensure_future(answer(InTurn(model, turn))) for _ in range(2)]
    await settle()
    assert model.n_begun == 1
    model.gate.set()
    assert await asyncio.gather(*asked) == ["done", "done"]
    assert model.n_begun == 2


@pytest.mark.parametrize("cancelled", [pytest.param(0, id="first"), pytest.param(1, id="second")])
async def test_a_cancelled_request_leaves_the_queue(cancelled: int) -> None:
    model, turn = GatedModel(), asyncio.Lock()
    asked = [asyncio.ensure_future(answer(InTurn(model, turn))) for _ in range(3)]
    await settle()
    asked[cancelled].cancel()
    model.gate.set()
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert [end for end in ends if isinstance(end, str)] == ["done", "done"]
    assert isinstance(ends[cancelled], asyncio.CancelledError)
