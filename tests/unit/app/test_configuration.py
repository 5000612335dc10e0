"""Settings that come while others are being taken."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from tests.support.eventually import until

from gearshift.app.configuration import Configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from gearshift.settings.schema import ModelSettings, Settings


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
