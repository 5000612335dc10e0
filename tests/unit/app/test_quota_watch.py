"""Looks at windows: few for many changes, and none of the changes missed."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from tests.support.eventually import until

from gearshift.app.quota_watch import QuotaWatch
from gearshift.settings.schema import Settings

if TYPE_CHECKING:
    from gearshift.app import App


class Looks:
    """Stands for the gearing: counts looks, each of which takes until it is `let`."""

    def __init__(self) -> None:
        self.begun = 0
        self.let = asyncio.Event()
        self.settled = ()

    async def observe(self) -> None:
        self.begun += 1
        await self.let.wait()


def watch_with(looks: Looks) -> QuotaWatch:
    app: Any = SimpleNamespace(gearing=looks, settings=Settings(), on_status=lambda: None)
    app.clock = SimpleNamespace(time=lambda: 0.0)
    return QuotaWatch(cast("App", app))


async def test_a_change_during_a_look_is_looked_at_too():
    looks = Looks()
    watch = watch_with(looks)
    watch.look_soon()
    await until(lambda: looks.begun == 1)
    watch.look_soon()
    watch.look_soon()
    looks.let.set()
    await until(lambda: looks.begun == 2)
    watch.stop()


async def test_changes_before_a_look_make_one():
    looks = Looks()
    watch = watch_with(looks)
    for _ in range(5):
        watch.look_soon()
    looks.let.set()
    await until(lambda: watch._looking is not None and watch._looking.done())
    assert looks.begun == 1
