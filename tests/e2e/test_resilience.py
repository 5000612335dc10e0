"""What goes on while a model server is short, busy or away."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.dialects import DIALECTS
from tests.support.stub_server import Answer, StubServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.e2e.conftest import Desk
    from tests.support.stub_server import Seen

FILL, CHAT = DIALECTS["mistral-fill"], DIALECTS["mistral-chat"]
SOURCE = "def total(prices):\n    return \n"
PLAIN = SOURCE.replace("return ", "return 1")
DOCUMENTED = '```python\ndef total(prices):\n    """Sum."""\n    return 1\n```'
SUM = "sum(prices)"
AUTOMATIC = {"triggerKind": 2}
SHORT = {
    "x-ratelimit-limit-requests": "100",
    "x-ratelimit-remaining-requests": "9",
    "x-ratelimit-reset-requests": "10m0s",
}


def model(server: StubServer, name: str) -> dict[str, Any]:
    return {"provider": "mistral", "model": f"codestral-{name}", "baseUrl": f"{server.origin}/v1"}


def pair(server: StubServer, **more: dict[str, Any]) -> dict[str, Any]:
    return {"models": {"mini": model(server, "small"), "full": model(server, "large"), **more}}


def serve(fill: Answer, chat: Answer) -> Callable[[Seen], Answer]:
    return lambda seen: fill if "/fim/" in seen.path else chat


def popups(desk: Desk) -> list[str]:
    shown = [n for n in desk.client.notifications if n["method"] == "window/showMessage"]
    return [n["params"]["message"] for n in shown]


async def asked(server: StubServer, n: int) -> None:
    """Wait until the server has seen `n` requests."""
    for _ in range(1000):
        if len(server.seen) >= n:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{n} requests did not come, but {len(server.seen)}")


async def test_little_throughput_pauses_automatic_completions_and_nothing_else(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(Answer()) as server:
        server.choose = serve(FILL.answer([SUM], headers=SHORT), CHAT.answer([DOCUMENTED]))
        desk = await sit(settings=pair(server))
        uris = [desk.open(f"{number}.py", SOURCE) for number in range(3)]
        plain = desk.open("plain.py", PLAIN)

        first = await desk.inline(uris[0], 1, **AUTOMATIC)
        paused = await desk.inline(uris[1], 1, **AUTOMATIC)
        n_seen = len(server.seen)
        explicit = await desk.inline(uris[2], 1)
        finished = await desk.task("gearshift.document", plain, 0)
        status = await desk.client.request("gearshift/status")
        shown = popups(desk)
        why = await desk.command("gearshift.why", {"uri": uris[1]})

        assert first["items"][0]["insertText"] == SUM
        assert (paused, n_seen) == ({"items": []}, 1)
        assert explicit["items"][0]["insertText"] == SUM
        assert finished["outcome"] == "applied", finished["reason"]
        assert status["gear"] == "full"
        assert shown == []
        assert "9 % of its throughput left" in why


async def test_little_throughput_sends_automatic_completions_to_the_fallback(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with (
        StubServer(FILL.answer([SUM], headers=SHORT)) as short,
        StubServer(FILL.answer(["max(prices)"])) as other,
    ):
        desk = await sit(settings=pair(short, fallback=model(other, "other")))
        uris = [desk.open(f"{number}.py", SOURCE) for number in range(2)]

        await desk.inline(uris[0], 1, **AUTOMATIC)
        second = await desk.inline(uris[1], 1, **AUTOMATIC)

        assert second["items"][0]["insertText"] == "max(prices)"
        assert (len(short.seen), len(other.seen)) == (1, 1)


async def test_completions_do_not_wait_for_heavy_work_which_queues_and_can_be_cancelled(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(Answer()) as server:
        server.choose = serve(FILL.answer([SUM]), Answer(hangs_before_head=True))
        desk = await sit(settings=pair(server))
        plain = [desk.open(f"{number}.py", PLAIN) for number in range(3)]
        uri = desk.open("a.py", SOURCE)
        tasks: list[str] = []
        for each in plain:
            place = desk.place(each, 0)
            argument = {"uri": each, "range": {"start": place, "end": place}}
            tasks.append((await desk.command("gearshift.document", argument))["taskId"])
        await asked(server, 2)

        inline = await desk.inline(uri, 1)
        desk.client.notify("window/workDoneProgress/cancel", {"token": tasks[2]})
        queued = await desk.finished(tasks[2])
        for running in tasks[:2]:
            desk.client.notify("window/workDoneProgress/cancel", {"token": running})
        ended = [await desk.finished(running) for running in tasks[:2]]

        assert inline["items"][0]["insertText"] == SUM
        assert queued["outcome"] == "cancelled"
        assert [each["outcome"] for each in ended] == ["cancelled"] * 2
        assert len(server.seen) == 3, "two heavy requests and a completion; the third never left"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        pytest.param(Answer(status=500), "failed (500)", id="500"),
        pytest.param(Answer(status=401), "does not accept the key", id="key refused"),
        pytest.param(Answer([b"data: {oops\n\n"]), "no JSON object", id="malformed"),
    ],
)
async def test_heavy_work_goes_to_the_fallback_and_says_so(
    sit: Callable[..., Awaitable[Desk]], failure: Answer, words: str
) -> None:
    async with StubServer(failure) as bad, StubServer(CHAT.answer([DOCUMENTED])) as good:
        desk = await sit(settings=pair(bad, fallback=model(good, "other")))
        uri = desk.open("a.py", PLAIN)

        finished = await desk.task("gearshift.document", uri, 0)
        shown = popups(desk)
        why = await desk.command("gearshift.why", {})

        assert finished["outcome"] == "applied", finished["reason"]
        assert "fallback:fallback" in finished["evidence"]
        failed, accepted = finished["attempts"]
        assert words in failed["outcome"]
        assert accepted["outcome"] == "accepted"
        assert "`fallback` stands in for `full`" in why
        assert words in why
        assert len(shown) <= 1, "\n".join(shown)


async def test_heavy_work_without_a_fallback_goes_to_the_other_tier(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(Answer()) as server:
        good, bad = CHAT.answer([DOCUMENTED]), Answer(status=401)
        server.choose = lambda seen: bad if b"codestral-large" in seen.body else good
        desk = await sit(settings=pair(server))
        uri = desk.open("a.py", PLAIN)

        finished = await desk.task("gearshift.document", uri, 0)

        assert finished["outcome"] == "applied", finished["reason"]
        assert "fallback:mini" in finished["evidence"]


async def test_a_stand_in_that_fails_too_ends_with_one_message(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(Answer(status=401)) as server:
        desk = await sit(settings=pair(server))
        uris = [desk.open(f"{number}.py", PLAIN) for number in range(4)]

        ends = [await desk.task("gearshift.document", uri, 0) for uri in uris]

        assert {end["outcome"] for end in ends} == {"failed"}
        assert len(popups(desk)) == 1, "\n".join(popups(desk))
