"""Several suggestions: for who asks again where one stands, and not for anybody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from gearshift.app import App
from gearshift.core.results import Suggestion
from gearshift.core.text import Position, Range
from gearshift.workspace.documents import TextChange

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

SOURCE = "def total(prices):\n    result = \n    return result\n"
SUM, LEN, MAX = ({"text": f"{name}(prices)\n"} for name in ("sum", "len", "max"))


class SilentEditor:
    """Shows nothing."""

    def notify(self, severity: str, message: str) -> None:
        del severity, message


class Desk:
    """An app with one open document, the cursor behind `result = `."""

    def __init__(self, app: App, uri: str) -> None:
        self.app = app
        self.uri = uri

    async def texts(self, *, is_explicit: bool = True) -> list[str]:
        """Ask, and return all that is offered."""
        position = Position(1, 13)
        result = await self.app.complete_inline(self.uri, position, is_explicit=is_explicit)
        return [result.text, *result.others] if isinstance(result, Suggestion) else []

    def edit(self) -> None:
        """Put a comment at the end."""
        change = TextChange(Range.at(Position(3, 0)), "# end\n")
        self.app.documents.change(self.uri, 2, (change,))
        self.app.document_changed(self.uri)

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
        inline = {"debounceMs": 0, "prefetch": False}
        await app.start({"models": {"mini": model, "full": model}, "inline": inline, **settings})
        apps.append(app)
        uri = (tmp_path / "a.py").as_uri()
        app.documents.open(uri, path=tmp_path / "a.py", language="python", version=1, text=SOURCE)
        return Desk(app, uri)

    yield start
    for app in apps:
        await app.close()


async def test_the_first_request_gets_one_at_once(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, LEN, MAX)

    assert await desk.texts() == ["sum(prices)"]
    assert await desk.n_requests() == 1


async def test_asking_again_brings_others(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, LEN, MAX)
    await desk.texts(is_explicit=False)

    assert await desk.texts() == ["sum(prices)", "len(prices)", "max(prices)"]
    assert await desk.n_requests() == 3
    assert "asked again, so 2 more" in desk.app.why()


async def test_they_are_asked_for_once(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, LEN, MAX)
    await desk.texts()
    found = await desk.texts()

    assert await desk.texts() == found
    assert await desk.n_requests() == 3


async def test_the_same_again_is_shown_once(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, SUM, LEN)
    await desk.texts()

    assert await desk.texts() == ["sum(prices)", "len(prices)"]


async def test_an_automatic_request_brings_no_others(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, LEN, MAX)
    await desk.texts()

    assert await desk.texts(is_explicit=False) == ["sum(prices)"]
    assert await desk.n_requests() == 1


async def test_after_an_edit_one_is_asked_for_again(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, LEN, MAX, MAX)
    await desk.texts()
    desk.edit()

    assert len(await desk.texts()) == 1


async def test_one_that_fails_is_left_out(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, {"error": "bad_reply"}, LEN)
    await desk.texts()

    assert await desk.texts() == ["sum(prices)", "len(prices)"]


async def test_in_a_lower_gear_there_are_no_others(sit: Callable[..., Awaitable[Desk]]) -> None:
    desk = await sit(SUM, LEN, MAX)
    await desk.texts()
    desk.app.gearing.use("mini", "window")

    assert await desk.texts() == ["sum(prices)"]
    assert await desk.n_requests() == 1
