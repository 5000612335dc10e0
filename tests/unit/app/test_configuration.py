"""Settings that come while others are being taken, and such as no editor tells of."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, cast

import pytest
from tests.support.clock import ManualClock
from tests.support.eventually import until

from gearshift.app import App
from gearshift.app.configuration import LOOK_SECONDS, Configuration
from gearshift.app.forms import FILE_NAME, Forms
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from gearshift.core.editor import Editor
    from gearshift.settings.schema import Settings

MODEL = '[models.mini]\nprovider = "scripted"\n'


class Bench:
    """An engine that began without any model, and its clock."""

    def __init__(self, state: Path) -> None:
        self.clock = ManualClock()
        self.app = App((), cast("Editor", None), clock=self.clock, state=state)

    async def names(self, n_seconds: float) -> list[str]:
        """Return the models' names once the status was asked for after some time."""
        self.clock.pass_seconds(n_seconds)
        await self.app.status()
        await asyncio.gather(*self.app.background.tasks)
        return list(self.app.settings.models)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(tmp_path)
    await made.app.start({})
    yield made
    await made.app.close()


async def test_the_users_file_is_read_when_it_was_written_outside_of_the_editor(
    bench: Bench, user_folders: Path
) -> None:
    file = user_folders / "config" / "gearshift" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(MODEL, encoding="utf-8")

    assert await bench.names(LOOK_SECONDS / 2) == [], "not with every key"
    assert await bench.names(LOOK_SECONDS / 2) == ["mini"]


async def test_embedded_models_that_were_pulled_meanwhile_serve(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled = {"mini": ModelSettings(provider="local", model="qwen2.5-coder-0.5b")}
    monkeypatch.setattr("gearshift.app.configuration.embedded_pair", lambda: pulled)

    assert await bench.names(LOOK_SECONDS) == ["mini"]


async def test_a_form_that_another_process_measured_counts_with_the_next_look(
    bench: Bench, tmp_path: Path
) -> None:
    model = {"provider": "llamacpp", "model": "qwen2.5-coder-7b"}
    await bench.app.configure({"models": {"mini": model}})
    models = bench.app.supply.models
    guessed = models.get("mini").facts.form

    Forms(tmp_path / FILE_NAME).keep(models.settings("mini"), "prefill")
    await bench.names(LOOK_SECONDS)

    assert (guessed, models.get("mini").facts.form) == ("fill", "prefill")


async def test_settings_that_wait_for_a_look_at_the_disk_do_not_undo_later_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, let = threading.Event(), threading.Event()

    def slow() -> Mapping[str, ModelSettings]:
        begun.set()
        assert let.wait(90)
        return {}

    monkeypatch.setattr("gearshift.app.configuration.embedded_pair", slow)
    in_force: list[Settings] = []
    configuration = Configuration((), in_force.append, lambda text: None)
    later: dict[str, Any] = {"models": {"mini": {"provider": "scripted"}}}

    first = asyncio.ensure_future(configuration.take({}))
    await until(begun.is_set)
    second = asyncio.ensure_future(configuration.take(later))
    await asyncio.sleep(0)
    let.set()
    await asyncio.gather(first, second)

    assert list(configuration.settings.models) == ["mini"]
    assert in_force[-1] is configuration.settings
