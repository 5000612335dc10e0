"""Garbage is looked for behind answers."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING
from weakref import ref

import pytest
from tests.support.eventually import until

from gearshift.lsp import garbage

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ring:
    """Something that only the collector of garbage finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def kept_settings() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


async def test_what_an_answer_leaves_is_collected_soon_after_it() -> None:
    garbage.begin()
    first = ref(Ring())
    rings = [Ring() for _ in range(garbage.FEW_YOUNG)]
    del rings
    assert first() is not None

    garbage.look(asyncio.get_running_loop())
    assert first() is not None  # the answer reaches its reader first
    await until(lambda: first() is None)


async def test_where_little_was_made_nothing_is_looked_for() -> None:
    garbage.begin()
    gc.collect()
    first = ref(Ring())

    garbage.look(asyncio.get_running_loop())
    await asyncio.sleep(3 * garbage.SOON_SECONDS)
    assert first() is not None
