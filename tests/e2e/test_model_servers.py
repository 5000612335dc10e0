"""A model server that is slow, broken or gone, as the editor meets it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.dialects import DIALECTS
from tests.support.stub_server import Answer, StubServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.conftest import Desk

SOURCE = "def total(prices):\n    return \n"
FILL = DIALECTS["llamacpp-fill"]


def served_by(server: StubServer) -> dict[str, Any]:
    model = {"provider": "llamacpp", "model": "qwen2.5-coder-7b", "baseUrl": server.origin}
    return {"models": {"mini": model, "full": model}}


async def test_a_cancelled_completion_closes_the_models_stream(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(FILL.answer(["sum", "(prices)"], hangs_after=1)) as server:
        desk = await sit(settings=served_by(server))
        uri = desk.open("a.py", SOURCE)
        asked = {"textDocument": {"uri": uri}, "position": desk.place(uri, 1)}
        request_id, answer = desk.client.begin(
            "textDocument/inlineCompletion", {**asked, "context": {"triggerKind": 1}}
        )
        await asyncio.wait_for(server.is_waiting.wait(), 60)

        desk.client.notify("$/cancelRequest", {"id": request_id})

        assert await answer is None
        await asyncio.wait_for(server.client_left.wait(), 60)


async def test_typing_on_against_the_suggestion_closes_the_models_stream(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(FILL.answer(["sum", "(prices)"], hangs_after=1)) as server:
        desk = await sit(settings=served_by(server))
        uri = desk.open("a.py", SOURCE)
        asked = {"textDocument": {"uri": uri}, "position": desk.place(uri, 1)}
        _, answer = desk.client.begin(
            "textDocument/inlineCompletion", {**asked, "context": {"triggerKind": 1}}
        )
        await asyncio.wait_for(server.is_waiting.wait(), 60)

        desk.type(uri, 1, len("    return "), "max")
        desk.client.begin(
            "textDocument/inlineCompletion",
            {**asked, "position": desk.place(uri, 1), "context": {"triggerKind": 1}},
        )

        assert await answer is None
        await asyncio.wait_for(server.client_left.wait(), 60)


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        pytest.param(Answer(status=429, headers={"retry-after": "30"}), {"degraded"}, id="429"),
        pytest.param(Answer(status=500), {"degraded", "offline"}, id="500"),
        pytest.param(Answer([b"data: {oops\n\n"]), {"degraded", "offline"}, id="malformed"),
        pytest.param(
            FILL.answer(["sum", "(pri"], drops_after=1),
            {"degraded", "offline"},
            id="dropped in the middle",
        ),
        pytest.param(Answer(status=401), {"degraded", "offline"}, id="key refused"),
    ],
)
async def test_a_failing_server_is_a_status_and_no_storm(
    sit: Callable[..., Awaitable[Desk]], answer: Answer, states: set[str]
) -> None:
    async with StubServer(answer) as server:
        desk = await sit(settings=served_by(server))
        uri = desk.open("a.py", SOURCE)

        answers = [await desk.inline(uri, 1) for _ in range(5)]

        assert answers == [{"items": []}] * 5
        told = await desk.client.notification("gearshift/status", lambda s: s["state"] != "ready")
        assert told["state"] in states
        assert told["message"]
        popups = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
        assert len(popups) <= 1, "at most the one announcement of a shift"


async def test_a_server_that_is_not_there_is_a_reason(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(Answer()) as server:
        settings = served_by(server)
    desk = await sit(settings=settings)
    uri = desk.open("a.py", SOURCE)

    assert await desk.inline(uri, 1) == {"items": []}
    assert "127.0.0.1" in await desk.command("gearshift.why", {})


async def test_a_heavy_task_waits_as_long_as_the_server_asks(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    documented = '```python\ndef total(prices):\n    """Sum."""\n    return 1\n```'
    busy = Answer(status=429, headers={"retry-after-ms": "50"})
    async with StubServer(busy, DIALECTS["llamacpp-chat"].answer([documented])) as server:
        desk = await sit(settings=served_by(server))
        uri = desk.open("a.py", SOURCE.replace("return ", "return 1"))

        finished = await desk.task("gearshift.document", uri, 0)

        assert finished["outcome"] == "applied", finished["reason"]
        assert len(server.seen) == 2
