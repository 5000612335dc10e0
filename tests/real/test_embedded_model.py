"""The embedded 0.5B for real: pulled if it is missing, loaded, asked, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest
from tests.support.eventually import until
from tests.support.real_model import NAME, PREFIX, RealModel, answer, pulled

from gearshift.core.model import ChatRequest, ContinueRequest, FillRequest, Message

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

pytestmark = pytest.mark.real_model


@pytest.fixture
async def real(tmp_path: Path) -> AsyncGenerator[RealModel, None]:
    with pulled():
        here = RealModel(tmp_path)
        yield here
        await here.stop()


async def test_every_route_goes_on_from_the_prefix_and_obeys_its_limits(real: RealModel) -> None:
    model = real.model()
    filled, usage, finish = await answer(
        model, FillRequest(PREFIX, "\n\nprint(fib(10))\n", "fib.py", max_tokens=8)
    )
    assert filled.startswith("        return n")
    assert usage is not None
    assert 0 < usage.output <= 8
    assert finish == "length"

    continued, usage, finish = await answer(model, ContinueRequest(PREFIX, 64, stop=("\n",)))
    assert continued == "        return n"
    assert finish == "stop"

    prefilled, _, _ = await answer(
        model,
        ChatRequest(
            (Message("user", "Write fib in Python."), Message("assistant", PREFIX)), 64, ("\n",)
        ),
    )
    assert prefilled == "        return n"


LOCKED = (
    "class Store:\n    def __init__(self, cache_lock):\n        self.cache_lock = cache_lock\n\n"
    "    def acquire(self):\n        lock = sel"
)


async def test_a_word_that_is_begun_is_finished(real: RealModel) -> None:
    model = real.model()
    continued, _, _ = await answer(model, ContinueRequest(LOCKED, 8))
    assert continued.startswith("f.cache_lock")

    begun = (Message("user", "Write store.py."), Message("assistant", LOCKED))
    prefilled, _, _ = await answer(model, ChatRequest(begun, 8))
    assert prefilled.startswith("f.cache_lock")

    filled, _, _ = await answer(model, FillRequest(LOCKED, "\n", "store.py", max_tokens=8))
    assert filled.startswith("f.cache_lock")


FIELD = (
    "def bind(field_obj, field_name, load_only, dump_only):\n    if field_name in load_only:\n"
    "        field_obj.load_only = True\n    if field_name in dump_only:\n        field_obj."
)


async def test_a_mark_that_joins_with_the_next_word_is_said_again(real: RealModel) -> None:
    continued, _, _ = await answer(real.model(), ContinueRequest(FIELD, 6))
    assert continued.startswith("dump_only = True")


async def test_a_prompt_that_grows_is_read_from_where_it_grew(real: RealModel) -> None:
    model = real.model()
    await answer(model, ContinueRequest(PREFIX, 2))
    # A request in between goes elsewhere: it must not cost the first one's prompt its place.
    await answer(model, ContinueRequest("SELECT name FROM", 2))
    _, usage, _ = await answer(model, ContinueRequest(PREFIX + "        return n\n", 2))
    assert usage is not None
    assert usage.cached > usage.input / 2


async def test_two_processes_share_one_model(real: RealModel) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from gearshift.providers.local import Launcher, Resident\n"
        f"resident = Resident({NAME!r}, Path({str(real.resident.path)!r}), 4096)\n"
        f"print(asyncio.run(Launcher(Path({str(real.folder)!r})).endpoint(resident)).url)\n"
    )
    askers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    urls = {(await asker.communicate())[0].decode().strip() for asker in askers}
    state = real.files.read_state()
    assert state is not None
    assert urls == {state.url}
    text, _, _ = await answer(real.model(), ContinueRequest(PREFIX, 4))
    assert text.strip()


async def test_a_completion_does_not_wait_for_a_long_answer(real: RealModel) -> None:
    model = real.model()
    begun = asyncio.Event()

    async def count() -> None:
        request = ChatRequest((Message("user", "Count from 1 to 500, a number a line."),), 500)
        async with aclosing(model.stream(request)) as chunks:
            async for _ in chunks:
                begun.set()

    heavy = asyncio.ensure_future(count())
    await begun.wait()
    text, _, _ = await answer(model, ContinueRequest(PREFIX, 4))
    was_done = heavy.done()
    heavy.cancel()
    await asyncio.gather(heavy, return_exceptions=True)
    assert text.strip()
    assert not was_done, "the long answer was still being written"


async def test_after_kill_9_the_next_request_is_answered(real: RealModel) -> None:
    model = real.model()
    await answer(model, ContinueRequest(PREFIX, 2))
    state = real.files.read_state()
    assert state is not None
    os.kill(state.pid, signal.SIGKILL)
    await until(lambda: not real.files.is_alive())
    text, _, _ = await answer(model, ContinueRequest(PREFIX, 64, stop=("\n",)))
    assert text == "        return n"
