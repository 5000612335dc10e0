"""The embedded 0.5B for real: pulled if it is missing, loaded, asked, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from tests.support.eventually import until

from gearshift.core.model import (
    ChatRequest,
    ContinueRequest,
    FillRequest,
    Message,
    Model,
    ModelFacts,
    Request,
    Usage,
)
from gearshift.providers.local import Launcher, Resident, connect_local, models_folder
from gearshift.providers.local.catalogue import find_weights
from gearshift.providers.local.resident import HostFiles
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

pytestmark = pytest.mark.real_model
NAME = "qwen2.5-coder-0.5b"
# Read before tests get folders of their own: half a gigabyte is pulled once, not for each run.
MODELS = models_folder()
PULL = f"import asyncio; from gearshift.providers.local import pull; asyncio.run(pull({NAME!r}))"
PREFIX = 'def fib(n):\n    """Return the n-th Fibonacci number."""\n    if n < 2:\n'


class Real:
    """A launcher with a state folder of its own, and the model it serves."""

    def __init__(self, folder: Path) -> None:
        weights = find_weights(NAME)
        self.folder = folder
        self.resident = Resident(NAME, MODELS / weights.file, weights.context)
        self.files = HostFiles(folder, self.resident.key)
        self.services = Services(launcher=Launcher(folder))

    def model(self) -> Model:
        return connect_local(ModelSettings("local", NAME), ModelFacts(), self.services)


@pytest.fixture
async def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Real, None]:
    monkeypatch.setenv("GEARSHIFT_MODELS", str(MODELS))
    # In a process of its own, since tests may reach nothing but this machine.
    pulling = await asyncio.create_subprocess_exec(sys.executable, "-c", PULL)
    assert await pulling.wait() == 0
    here = Real(tmp_path)
    yield here
    await here.services.launcher.stop(here.resident)
    await here.services.aclose()


async def ask(model: Model, request: Request) -> tuple[str, Usage | None, str | None]:
    chunks = [chunk async for chunk in model.stream(request)]
    return "".join(chunk.text for chunk in chunks), chunks[-1].usage, chunks[-1].finish


async def test_every_route_goes_on_from_the_prefix_and_obeys_its_limits(real: Real) -> None:
    model = real.model()
    filled, usage, finish = await ask(
        model, FillRequest(PREFIX, "\n\nprint(fib(10))\n", "fib.py", max_tokens=8)
    )
    assert filled.startswith("        return n")
    assert usage is not None
    assert 0 < usage.output <= 8
    assert finish == "length"

    continued, usage, finish = await ask(model, ContinueRequest(PREFIX, 64, stop=("\n",)))
    assert continued == "        return n"
    assert finish == "stop"

    prefilled, _, _ = await ask(
        model,
        ChatRequest(
            (Message("user", "Write fib in Python."), Message("assistant", PREFIX)), 64, ("\n",)
        ),
    )
    assert prefilled == "        return n"


async def test_a_prompt_that_grows_is_read_from_where_it_grew(real: Real) -> None:
    model = real.model()
    await ask(model, ContinueRequest(PREFIX, 2))
    # A request in between goes elsewhere: it must not cost the first one's prompt its place.
    await ask(model, ContinueRequest("SELECT name FROM", 2))
    _, usage, _ = await ask(model, ContinueRequest(PREFIX + "        return n\n", 2))
    assert usage is not None
    assert usage.cached > usage.input / 2


async def test_two_processes_share_one_model(real: Real) -> None:
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
    text, _, _ = await ask(real.model(), ContinueRequest(PREFIX, 4))
    assert text.strip()


async def test_after_kill_9_the_next_request_is_answered(real: Real) -> None:
    model = real.model()
    await ask(model, ContinueRequest(PREFIX, 2))
    state = real.files.read_state()
    assert state is not None
    os.kill(state.pid, signal.SIGKILL)
    await until(lambda: not real.files.is_alive())
    text, _, _ = await ask(model, ContinueRequest(PREFIX, 64, stop=("\n",)))
    assert text == "        return n"
