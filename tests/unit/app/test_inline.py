"""The inline task in the whole engine: reasons told, things counted, gears and settings obeyed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.dialects import DIALECTS
from tests.support.eventually import until
from tests.support.stub_server import StubServer

from gearshift.app import App
from gearshift.core.results import Skip, Suggestion
from gearshift.core.text import Position, Range
from gearshift.workspace.documents import TextChange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

SOURCE = "def total(prices):\n    result = \n    return result\n"
CURSOR = Position(1, 13)


class SilentEditor:
    """Shows nothing."""

    def notify(self, severity: str, message: str) -> None:
        del severity, message


class Desk:
    """An app with one open document."""

    def __init__(self, app: App, uri: str) -> None:
        self.app = app
        self.uri = uri
        self.position = CURSOR
        self._version = 1

    def type(self, text: str) -> None:
        """Insert at the cursor in one edit."""
        self._version += 1
        edit = TextChange(Range.at(self.position), text)
        self.app.documents.change(self.uri, self._version, (edit,))
        self.app.document_changed(self.uri)
        self.position = Position(self.position.line, self.position.column + len(text))

    async def answer(self, *, is_explicit: bool = False) -> str | Skip:
        """Ask at the cursor."""
        result = await self.app.complete_inline(self.uri, self.position, is_explicit=is_explicit)
        return result.text if isinstance(result, Suggestion) else result

    async def counted(self) -> dict[str, int]:
        """What the status says of today."""
        return (await self.app.status())["today"]["inline"]

    async def n_requests(self) -> int:
        """How many requests the ledger has."""
        return len(await self.app.ledger.recent())


@pytest.fixture
async def sit(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Desk]]]:
    """Start an app whose model gives `answers` in turn."""
    apps: list[App] = []

    async def start(*answers: dict[str, Any], **settings: Any) -> Desk:
        script = tmp_path / "answers.jsonl"
        script.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
        model = {"provider": "scripted", "model": "scripted", "path": str(script)}
        app = App([tmp_path], SilentEditor(), state=tmp_path / "state")
        inline = {"debounceMs": 0, "prefetch": False, **settings.pop("inline", {})}
        await app.start({"models": {"mini": model, "full": model}, "inline": inline, **settings})
        apps.append(app)
        uri = (tmp_path / "a.py").as_uri()
        app.documents.open(uri, path=tmp_path / "a.py", language="python", version=1, text=SOURCE)
        return Desk(app, uri)

    yield start
    for app in apps:
        await app.close()


SUM = {"text": "sum(prices)\n"}


async def test_the_reason_says_what_was_recalled(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM)
    assert await desk.answer() == "sum(prices)"
    assert "earlier" not in desk.app.why()
    desk.type("su")

    assert await desk.answer() == "m(prices)"

    assert "earlier reply, so nothing was asked" in desk.app.why()
    assert await desk.n_requests() == 1


async def test_the_reason_says_what_was_joined(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit({**SUM, "delayMs": 30})
    first = asyncio.ensure_future(desk.answer())
    await asyncio.sleep(0.01)

    assert await desk.answer() == "sum(prices)"

    assert "running already" in desk.app.why()
    assert await first == "sum(prices)"
    assert await desk.n_requests() == 1


async def test_the_reason_says_what_a_cancelled_request_waited_for(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(SUM, inline={"debounceMs": 5000})
    asked = asyncio.ensure_future(desk.answer())
    await asyncio.sleep(0.02)
    asked.cancel()
    await asyncio.wait([asked])

    assert "cancelled" in desk.app.why()
    assert "pause of 5000 ms" in desk.app.why()
    assert await desk.n_requests() == 0


async def test_a_task_that_is_switched_off_is_skipped_with_the_reason(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(SUM, tasks={"inline": False})
    skip = await desk.answer(is_explicit=True)
    assert isinstance(skip, Skip)
    assert "`inline` is switched off (`tasks.inline`" in skip.reason
    assert await desk.n_requests() == 0


async def test_lists_are_completed_where_ghost_text_is_switched_off(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(SUM, inline={"enable": False}, completion={"enable": True})

    ghost = await desk.answer(is_explicit=True)
    listed = await desk.app.complete_inline(
        desk.uri, desk.position, is_explicit=False, task="completion"
    )

    assert isinstance(ghost, Skip)
    assert "`inline.enable`" in ghost.reason
    assert isinstance(listed, Suggestion)


async def test_a_suggestion_counts_as_shown_once(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM)
    await desk.answer()
    desk.type("s")
    await desk.answer()
    desk.type("u")
    await desk.answer()

    assert await desk.counted() == {"shown": 1, "accepted": 0}


async def test_what_is_not_current_any_more_is_not_shown(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit({**SUM, "delayMs": 30})
    asked = asyncio.ensure_future(desk.answer())
    await asyncio.sleep(0.01)
    desk.type("s")
    await asked

    assert await desk.counted() == {"shown": 0, "accepted": 0}


async def test_an_acceptance_is_inferred_where_the_editor_says_nothing(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(SUM, {"text": "\n"})
    suggestion = await desk.answer()
    assert isinstance(suggestion, str)
    desk.type(suggestion)
    await desk.answer()

    assert await desk.counted() == {"shown": 1, "accepted": 1}


@pytest.mark.parametrize("is_told_first", [True, False])
async def test_an_acceptance_that_the_editor_tells_counts_once(
    sit: Callable[..., Awaitable[Desk]], *, is_told_first: bool
) -> None:
    desk = await sit(SUM, {"text": "\n"})
    suggestion = await desk.answer()
    assert isinstance(suggestion, str)
    desk.type(suggestion)
    if is_told_first:
        desk.app.accepted(desk.uri)
    await desk.answer()
    if not is_told_first:
        desk.app.accepted(desk.uri)

    assert await desk.counted() == {"shown": 1, "accepted": 1}
    assert (await desk.app.ledger.history(0)).counts == {"accepted_lines": 1}


FILL = DIALECTS["mistral-fill"]
A, B = FILL.answer(["a\n"]), FILL.answer(["sum(prices)\n"])


def served_by(server: StubServer) -> dict[str, Any]:
    """Return the setting `models` for a server."""
    model = {"provider": "mistral", "baseUrl": f"{server.origin}/v1", "model": "codestral"}
    return {"mini": model}


async def test_the_next_suggestion_is_prepared_in_full_gear(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    async with StubServer(A, B) as server:
        desk = await sit(inline={"prefetch": True}, models=served_by(server))
        await desk.answer()

        await until_requests(desk, 2)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"inline": {"prefetch": False}}, id="switched off"),
        pytest.param(
            {
                "inline": {"prefetch": True},
                "quota": {"budgets": [{"window": "day", "requests": 10}], "warnPercent": 1},
            },
            id="gear saver",
        ),
    ],
)
async def test_the_next_suggestion_is_not_prepared(
    sit: Callable[..., Awaitable[Desk]], settings: dict[str, Any]
) -> None:
    async with StubServer(A, B) as server:
        desk = await sit(models=served_by(server), **settings)
        await desk.answer(is_explicit=True)
        await asyncio.sleep(0.05)
        desk.type("x")
        await desk.answer()
        await asyncio.sleep(0.25)

        assert await desk.n_requests() == 2


async def test_no_line_of_an_answers_file_is_used_up_ahead(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(SUM, {"text": "max(prices)\n"}, inline={"prefetch": True})
    await desk.answer()
    await asyncio.sleep(0.25)
    desk.type("x = ")

    assert await desk.answer() == "max(prices)"


async def test_new_settings_forget_what_models_said(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit(SUM, {"text": "max(prices)\n"})
    await desk.answer()
    desk.app._configured(desk.app.settings)

    assert await desk.answer() == "max(prices)"


async def test_closing_a_document_settles_what_ran_for_it(
    sit: Callable[..., Awaitable[Desk]],
) -> None:
    desk = await sit({**SUM, "delayMs": 60_000})
    asked = asyncio.ensure_future(desk.answer(is_explicit=True))
    await until_requests(desk, 1)
    desk.app.document_closed(desk.uri)

    assert isinstance(await asked, Skip)


async def until_requests(desk: Desk, count: int) -> None:
    """Wait until the ledger has so many requests."""
    seen = 0

    async def look() -> None:
        nonlocal seen
        while seen < count:
            seen = await desk.n_requests()
            await asyncio.sleep(0.01)

    looking = asyncio.ensure_future(look())
    await until(lambda: seen >= count, 10)
    await looking
