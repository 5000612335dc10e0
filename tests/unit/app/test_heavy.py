"""Heavy actions that wait for each other, and such as are too much for a model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.support.eventually import until

from gearshift.app import App
from gearshift.app.heavy import PARALLEL
from gearshift.app.requests import TaskRequest
from gearshift.core.text import Position, Range

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from gearshift.core.editor import Editor
    from gearshift.core.results import TaskFinished

SOURCE = "def total(prices):\n    return 1\n"


class Screen:
    """Keeps what an editor would show of each action, by its id."""

    def __init__(self) -> None:
        self.said: dict[str, list[str]] = {}
        self.shown: list[tuple[str, str]] = []

    def notify(self, severity: str, message: str) -> None:
        self.shown.append((severity, message))

    async def start_progress(self, title: str, task_id: str) -> Any:
        said = self.said[task_id] = [title]

        class Bar:
            def report(self, message: str, percent: int | None = None) -> None:
                said.append(message)

            def end(self, message: str) -> None:
                said.append(f"ended: {message}")

        return Bar()


class Desk:
    """An engine whose models answer from a file."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.screen = folder, Screen()
        self.app = App((), cast("Editor", self.screen), state=folder)
        self.ends: dict[str, TaskFinished] = {}
        self.app.on_task_finished = lambda end: self.ends.update({end.task_id: end})

    async def start(self, answers: list[dict[str, Any]]) -> None:
        script = self.folder / "answers.jsonl"
        script.write_text("\n".join(map(json.dumps, answers)), encoding="utf-8")
        model = {"provider": "scripted", "model": "m", "path": str(script)}
        await self.app.start({"models": {"mini": model, "full": model}})

    def explain(self) -> str:
        """Start an action in a new document; return its id."""
        uri = f"untitled:{len(self.screen.said)}.py"
        self.app.documents.open(uri, path=None, language="python", version=1, text=SOURCE)
        return self.app.start_task(TaskRequest("explain", uri, Range.at(Position(0, 4))))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.app.close()


async def test_an_action_that_waits_for_its_turn_is_seen_and_can_be_stopped(desk: Desk) -> None:
    await desk.start([{"text": "slow", "delayMs": 600_000}] * PARALLEL)
    for number in range(PARALLEL):
        desk.explain()
        await until(lambda n=number: len(desk.screen.said) > n)

    last = desk.explain()
    await until(lambda: len(desk.screen.said.get(last, ())) > 1)
    desk.app.cancel_task(last)
    await until(lambda: last in desk.ends)

    assert desk.ends[last].outcome == "cancelled"
    assert "Waiting for its turn" in desk.screen.said[last][1]
    assert desk.screen.said[last][-1].startswith("ended: ")
    assert len(desk.ends) == 1, "those at work go on"


async def test_what_is_too_long_for_a_model_is_refused_and_is_no_trouble_of_it(desk: Desk) -> None:
    await desk.start([{"error": "context_too_long"}])

    task = desk.explain()
    await until(lambda: task in desk.ends and not desk.app.n_running)

    assert desk.ends[task].outcome == "refused"
    assert (await desk.app.status())["state"] == "ready"
