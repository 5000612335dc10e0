"""A source that is lost and comes back: told once, used again by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.support.clock import ManualClock
from tests.support.dialects import DIALECTS
from tests.support.eventually import until
from tests.support.stub_server import Answer, StubServer

from gearshift.app import App
from gearshift.core.results import Suggestion
from gearshift.core.text import Position

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gearshift.core.editor import Editor

FILL = DIALECTS["mistral-fill"]
DOWN, UP = Answer(status=500), FILL.answer(["sum(prices)"])
SOURCE = "def total(prices):\n    return \n"


class Screen:
    """Keeps the messages that an editor would show."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def notify(self, severity: str, message: str) -> None:
        del severity
        self.shown.append(message)


class Desk:
    """An engine whose time stands still, and the server of its models."""

    def __init__(self, folder: Path, server: StubServer) -> None:
        self.server, self.screen, self.clock = server, Screen(), ManualClock()
        self.app = App((), cast("Editor", self.screen), clock=self.clock, state=folder)
        self._n = 0

    def models(self) -> dict[str, Any]:
        common = {"provider": "mistral", "baseUrl": f"{self.server.origin}/v1"}
        return {name: {**common, "model": f"codestral-{name}"} for name in ("mini", "full")}

    async def ask(self) -> bool:
        """Ask for a completion in a new document; return whether there was one."""
        self._n += 1
        uri = f"untitled:{self._n}.py"
        self.app.documents.open(uri, path=None, language="python", version=1, text=SOURCE)
        result = await self.app.complete_inline(uri, Position(1, 11), is_explicit=True)
        return isinstance(result, Suggestion)

    async def gear(self, gear: str) -> None:
        """Wait until a gear is in."""
        box = self.app.gearing.box
        assert box is not None
        await until(lambda: box.gear == gear)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with StubServer(DOWN) as server:
        desk = Desk(tmp_path, server)
        await desk.app.start({"models": desk.models()})
        yield desk
        await desk.app.close()


async def test_a_request_that_opens_the_circuit_is_answered_by_the_fallback(desk: Desk) -> None:
    models = desk.models()
    models["fallback"] = {**models["mini"], "model": "codestral-fallback"}
    await desk.app.configure({"models": models})
    desk.server.answers = [DOWN, DOWN, DOWN, UP]

    answers = [await desk.ask() for _ in range(3)]

    assert answers == [False, False, True], "the third failure in a row opens the circuit"
    assert "`fallback` stands in for `mini`" in desk.app.why()
    assert len(desk.server.seen) == 4


async def test_a_lost_source_is_told_once_and_used_again_by_itself(desk: Desk) -> None:
    answers = [await desk.ask() for _ in range(6)]
    await desk.gear("local")
    told, n_asked = list(desk.screen.shown), len(desk.server.seen)
    desk.server.answers = [UP]
    desk.clock.pass_seconds(10)
    back = await desk.ask()
    await desk.gear("full")

    assert answers == [False] * 6
    assert n_asked == 3, "an open circuit asks nothing"
    assert len(told) == 1
    assert "failed (500)" in told[0]
    assert back, "the first request after ten seconds is the probe"
    assert desk.screen.shown == told, "it comes back without a message"
    assert (await desk.app.status())["state"] == "ready"


async def test_a_source_that_fails_again_within_a_minute_is_told_no_second_time(
    desk: Desk,
) -> None:
    for seconds, n_told in ((0, 1), (15, 1), (60, 2)):
        desk.clock.pass_seconds(seconds)
        desk.server.answers = [UP]
        if seconds:
            assert await desk.ask()
            await desk.gear("full")
        desk.server.answers = [DOWN]
        for _ in range(3):
            await desk.ask()
        await desk.gear("local")
        assert len(desk.screen.shown) == n_told


async def test_a_lost_source_is_in_the_status_while_another_answers(desk: Desk) -> None:
    models = desk.models()
    models["fallback"] = {**models["mini"], "model": "codestral-fallback"}
    await desk.app.configure({"models": models})
    desk.server.answers = [DOWN, DOWN, DOWN, UP]

    for _ in range(4):
        await desk.ask()
    await desk.gear("local")

    status = await desk.app.status()
    assert (status["state"], status["gear"]) == ("degraded", "local")
    assert "failed (500)" in status["message"]


async def test_a_missing_key_is_in_the_status_and_what_never_left_is_not_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MISTRAL_API_KEY", raising=False)
    model = {"provider": "mistral", "model": "codestral-latest"}
    await desk.app.configure({"models": {"mini": model}})

    assert not await desk.ask()

    status = await desk.app.status()
    today = status["today"]
    (row,) = await desk.app.ledger.recent()
    assert (today["requests"], today["tokens"]) == (0, 0)
    assert row.outcome is not None
    assert "mistral needs a key" in row.outcome
    assert status["state"] == "degraded", "nothing would tell why no text comes"
    assert "mistral needs a key" in status["message"]

    await desk.app.configure({"models": desk.models()})
    assert (await desk.app.status())["state"] == "ready"
