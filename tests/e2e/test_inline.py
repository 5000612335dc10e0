"""Inline completion over stdio: stale, cancelled, nothing, odd requests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.stdio_client import ServerError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.e2e.conftest import Desk

SOURCE = "def total(prices):\n    return \n"


def params(desk: Desk, uri: str, **changed: Any) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": desk.place(uri, 1),
        "context": {"triggerKind": 1},
        **changed,
    }


async def until_asked(desk: Desk) -> None:
    """Wait until a request has left for the model."""
    for _ in range(1000):
        if (await desk.client.request("gearshift/status"))["today"]["requests"]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("no request left for the model")


async def test_a_newer_request_makes_the_older_one_null(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    slow = {"text": "slow", "delayMs": 20000, "match": "return <HOLE/>\ndef"}
    desk = await sit([slow, {"text": "sum(prices)"}])
    uri = desk.open("a.py", SOURCE + SOURCE)
    _, first = desk.client.begin("textDocument/inlineCompletion", params(desk, uri))
    await until_asked(desk)

    second = await desk.inline(uri, 3)

    assert await first is None
    assert second["items"][0]["insertText"] == "sum(prices)"


async def test_a_cancelled_request_answers_null_at_once(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"text": "slow", "delayMs": 60000}])
    uri = desk.open("a.py", SOURCE)
    request_id, answer = desk.client.begin("textDocument/inlineCompletion", params(desk, uri))

    desk.client.notify("$/cancelRequest", {"id": request_id})

    assert await asyncio.wait_for(answer, 30) is None


async def test_an_edit_while_the_model_works_makes_the_answer_null(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"text": "sum(prices)", "delayMs": 800}])
    uri = desk.open("a.py", SOURCE)
    _, answer = desk.client.begin("textDocument/inlineCompletion", params(desk, uri))
    await until_asked(desk)
    desk.type(uri, 0, 0, "# a note\n")

    assert await answer is None


async def test_an_edit_in_the_same_burst_makes_the_answer_null(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"text": "sum(prices)"}])
    uri = desk.open("a.py", SOURCE)
    _, answer = desk.client.begin("textDocument/inlineCompletion", params(desk, uri))
    desk.type(uri, 0, 0, "# a note\n")

    assert await answer is None


@pytest.mark.parametrize(
    "context",
    [
        pytest.param({"context": {"triggerKind": 0}}, id="kind 0 of old clients"),
        pytest.param({"context": None}, id="context null"),
        pytest.param({"context": {"triggerKind": 99}}, id="a kind that does not exist yet"),
        pytest.param({"formattingOptions": {"tabSize": 4}}, id="more fields than the protocol has"),
    ],
)
async def test_odd_contexts_are_accepted(
    sit: Callable[..., Awaitable[Desk]], context: dict[str, Any]
) -> None:
    desk = await sit([{"text": "sum(prices)"}])
    uri = desk.open("a.py", SOURCE)

    answer = await desk.client.request(
        "textDocument/inlineCompletion", params(desk, uri, **context)
    )

    assert answer["items"][0]["insertText"] == "sum(prices)"


async def test_a_missing_context_is_accepted(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"text": "sum(prices)"}])
    uri = desk.open("a.py", SOURCE)
    asked = params(desk, uri)
    del asked["context"]

    answer = await desk.client.request("textDocument/inlineCompletion", asked)

    assert len(answer["items"]) == 1


async def test_a_document_that_is_not_open_has_nothing(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"text": "x"}])

    answer = await desk.client.request(
        "textDocument/inlineCompletion",
        {"textDocument": {"uri": "file:///nowhere.py"}, "position": {"line": 0, "character": 0}},
    )

    assert answer == {"items": []}


async def test_params_without_a_document_are_an_error_not_silence(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit()

    with pytest.raises(ServerError, match="-32602"):
        await desk.client.request("textDocument/inlineCompletion", {"position": None})


async def test_a_failing_model_is_no_error_and_the_status_says_so(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"error": "unavailable", "text": ""}])
    uri = desk.open("a.py", SOURCE)

    answer = await desk.inline(uri, 1)

    assert answer == {"items": []}
    status = await desk.client.notification(
        "gearshift/status", lambda status: status["state"] == "degraded"
    )
    assert status["message"]
    assert not [n for n in desk.client.notifications if n["method"] == "window/showMessage"]


async def test_why_tells_what_happened(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"text": ""}])
    uri = desk.open("a.py", SOURCE)
    await desk.inline(uri, 1)

    text = await desk.command("gearshift.why", {"uri": uri, "position": desk.place(uri, 1)})

    assert "skipped" in text
    assert "nothing to add" in text


async def test_an_env_file_is_never_sent(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"text": "secret"}])
    uri = desk.open(".env", "TOKEN=abcdefgh\nPASSWORD=\n", "shellscript")

    assert await desk.inline(uri, 1) == {"items": []}
    assert ".env" in await desk.command("gearshift.why", {})


async def test_pause_and_resume(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"text": "sum(prices)"}])
    uri = desk.open("a.py", SOURCE)
    await desk.command("gearshift.pause")

    assert await desk.inline(uri, 1) == {"items": []}

    await desk.command("gearshift.resume")

    assert len((await desk.inline(uri, 1))["items"]) == 1


async def test_ordinary_completion_is_opt_in(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit([{"text": "sum(prices)"}], settings={"completion": {"enable": True}})
    uri = desk.open("a.py", SOURCE)

    answer = await desk.client.request(
        "textDocument/completion",
        {"textDocument": {"uri": uri}, "position": desk.place(uri, 1)},
    )

    assert "completionProvider" in desk.capabilities
    assert [item["textEdit"]["newText"] for item in answer["items"]] == ["sum(prices)"]


async def test_without_opting_in_there_is_no_ordinary_completion(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit()

    assert "completionProvider" not in desk.capabilities


async def test_opting_in_by_the_users_file_is_told_to_an_editor_that_takes_it_later(
    sit: Callable[..., Awaitable[Desk]], user_folders: Path
) -> None:
    file = user_folders / "config" / "gearshift" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[completion]\nenable = true\n", encoding="utf-8")

    desk = await sit(editor="vscode")

    def registered() -> list[str]:
        asked = [r for r in desk.client.requests if r["method"] == "client/registerCapability"]
        return [one["method"] for r in asked for one in r["params"]["registrations"]]

    await desk.client.until(lambda: "textDocument/completion" in registered(), "a registration")


async def test_asking_again_at_the_same_place_brings_other_items(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit([{"text": f"{name}(prices)"} for name in ("sum", "len", "max")])
    uri = desk.open("a.py", "# 🚲\n" + SOURCE)
    first = await desk.inline(uri, 2)

    again = await desk.inline(uri, 2)

    assert [item["insertText"] for item in first["items"]] == ["sum(prices)"]
    assert [item["insertText"] for item in again["items"]] == [
        "sum(prices)",
        "len(prices)",
        "max(prices)",
    ]
    assert len({str(item["range"]) for item in again["items"]}) == 1
