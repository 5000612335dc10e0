"""Asking again: when, how long after, and when not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.dialects import CHAT

from gearshift.core.errors import (
    BadReply,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gearshift.core.model import Chunk, ModelFacts, Request, Route
from gearshift.providers.retry import Retrying

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class Failing:
    """A model that raises the given errors in turn, then answers."""

    name = "m"
    provider = "stub"
    routes: frozenset[Route] = frozenset({"chat"})
    facts = ModelFacts()

    def __init__(self, *errors: ProviderError, text_first: str = "") -> None:
        self.errors = list(errors)
        self.text_first = text_first
        self.asked = 0

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        self.asked += 1
        if self.text_first:
            yield Chunk(self.text_first)
        if self.errors:
            raise self.errors.pop(0)
        yield Chunk("done")


class Waits(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


async def text_of(model: Retrying) -> str:
    return "".join([chunk.text async for chunk in model.stream(CHAT)])


@pytest.mark.parametrize(
    ("errors", "waits"),
    [
        pytest.param([Unavailable("x.")] * 3, [0.5, 1.0, 2.0], id="back-off"),
        pytest.param([Unavailable("x.")] * 6, [0.5, 1, 2, 4, 8, 8], id="at-most-8-seconds"),
        pytest.param([RateLimited("x.", 33.0)], [33.0], id="as-long-as-asked"),
        pytest.param([RateLimited("x.", 120.0)], [120.0], id="up-to-two-minutes"),
        pytest.param([RateLimited("x.")], [0.5], id="not-said-how-long"),
    ],
)
async def test_waits_and_asks_again(errors: list[ProviderError], waits: list[float]):
    slept = Waits()
    assert await text_of(Retrying(Failing(*errors), 9, slept, lambda: 0.0)) == "done"
    assert slept == waits


async def test_chance_shortens_the_wait_by_up_to_a_quarter():
    slept = Waits()
    await text_of(Retrying(Failing(Unavailable("x.")), 2, slept, lambda: 1.0))
    assert slept == [0.375]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(QuotaExhausted("x."), id="no-money"),
        pytest.param(Unauthorized("x."), id="key"),
        pytest.param(BadReply("x."), id="bad-reply"),
        pytest.param(RateLimited("x.", 121.0), id="too-long-a-wait"),
    ],
)
async def test_some_errors_are_final(error: ProviderError):
    slept, model = Waits(), Failing(error)
    with pytest.raises(type(error)):
        await text_of(Retrying(model, 5, slept, lambda: 0.0))
    assert (model.asked, slept) == (1, [])


async def test_never_asks_again_after_the_first_piece():
    slept, model = Waits(), Failing(Unavailable("x."), text_first="half")
    with pytest.raises(Unavailable):
        await text_of(Retrying(model, 5, slept, lambda: 0.0))
    assert (model.asked, slept) == (1, [])


async def test_the_last_attempt_raises_its_error():
    slept, model = Waits(), Failing(*[Unavailable("x.")] * 9)
    with pytest.raises(Unavailable):
        await text_of(Retrying(model, 3, slept, lambda: 0.0))
    assert (model.asked, len(slept)) == (3, 2)
