"""Finding and starting the process of an embedded model, with a fake one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import stat
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.eventually import until

from gearshift.core.errors import SetupNeeded, Unauthorized, Unavailable
from gearshift.core.model import ContinueRequest, Model, ModelFacts
from gearshift.providers.local import Launcher, Resident, connect_local
from gearshift.providers.local.lock import try_lock
from gearshift.providers.local.resident import USE_SECONDS, HostFiles, HostState
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

FAKE = Path(__file__).parents[2] / "support" / "fake_host.py"
COMMAND = (sys.executable, str(FAKE))
ASK = ContinueRequest("one more", max_tokens=1)


class Place:
    """A state folder, a fake model file, and launchers for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "state"
        self.file = folder / "fake.gguf"
        self.file.write_text("ok")
        self.resident = Resident("fake", self.file, 512)
        self.files = HostFiles(self.folder, self.resident.key)
        self.told: list[str] = []

    def launcher(self) -> Launcher:
        return Launcher(self.folder, command=COMMAND, tell=self.told.append)

    async def orphan(self) -> asyncio.subprocess.Process:
        """Start a process that loads until the file `.go` is there, and that nobody waits for."""
        self.file.write_text("slow")
        self.files.prepare()
        command = [*COMMAND, "--model", str(self.file), "--name", "fake", "--context", "512"]
        command += ["--folder", str(self.folder), "--files-key", self.resident.key]
        process = await asyncio.create_subprocess_exec(*command)
        await until(self.files.is_alive)
        return process

    def state(self) -> HostState:
        state = self.files.read_state()
        assert state
        return state

    def loads(self) -> int:
        return len((self.folder / "loads").read_text().splitlines())

    def model(self, launcher: Launcher) -> Model:
        settings = ModelSettings(provider="local", model="fake", path=str(self.file))
        return connect_local(settings, ModelFacts(context=512), Services(launcher=launcher))


@pytest.fixture
async def place(tmp_path: Path) -> AsyncGenerator[Place, None]:
    here = Place(tmp_path)
    yield here
    here.file.with_suffix(".go").touch()
    await here.launcher().stop(here.resident)


async def answer(model: Model) -> str:
    return "".join([chunk.text async for chunk in model.stream(ASK)])


async def test_the_first_request_starts_it_and_the_next_ones_share_it(place: Place) -> None:
    launcher = place.launcher()
    model = place.model(launcher)
    assert [await answer(model), await answer(model)] == ["word", "word"]
    assert await answer(place.model(place.launcher())) == "word"
    assert place.loads() == 1
    assert place.told[0] == "Loading the embedded model fake…"
    assert "is ready" in place.told[1]
    assert len(place.told) == 2


async def test_two_processes_that_ask_at_once_start_one(place: Place) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from gearshift.providers.local import Launcher, Resident\n"
        f"launcher = Launcher(Path({str(place.folder)!r}), command={COMMAND!r})\n"
        f"resident = Resident('fake', Path({str(place.file)!r}), 512)\n"
        "print(asyncio.run(launcher.endpoint(resident)).url)\n"
    )
    askers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    urls = {(await asker.communicate())[0] for asker in askers}
    assert urls == {f"{place.state().url}\n".encode()}
    assert place.loads() == 1


async def test_it_outlives_whoever_started_it(place: Place) -> None:
    launcher = place.launcher()
    await launcher.endpoint(place.resident)
    if sys.platform != "win32":
        assert os.getsid(place.state().pid) == place.state().pid


async def test_the_key_is_random_and_in_a_file_for_its_owner_only(place: Place) -> None:
    first = (await place.launcher().endpoint(place.resident)).key
    if sys.platform != "win32":
        assert stat.S_IMODE(place.files.state.stat().st_mode) == 0o600
    await place.launcher().stop(place.resident)
    assert (await place.launcher().endpoint(place.resident)).key != first


async def test_a_killed_process_is_started_again_by_the_next_request(place: Place) -> None:
    model = place.model(place.launcher())
    await answer(model)
    os.kill(place.state().pid, signal.SIGKILL)
    await until(lambda: not place.files.is_alive())
    assert await answer(model) == "word"
    assert place.loads() == 2


async def test_leftovers_of_a_dead_process_are_not_trusted(place: Place) -> None:
    place.files.prepare()
    # Its process number belongs to a living program: this one.
    stale = HostState(os.getpid(), 1.0, "http://127.0.0.1:9", "old", "fake", 512, "0.1.0")
    place.files.write_state(stale)
    place.files.lock.touch()
    assert await answer(place.model(place.launcher())) == "word"


async def test_the_process_of_another_version_is_replaced(place: Place) -> None:
    await place.launcher().endpoint(place.resident)
    old = place.state()
    place.files.write_state(replace(old, version="0.0.1"))
    await place.launcher().endpoint(place.resident)
    assert place.state().pid != old.pid


async def test_a_cancelled_request_leaves_the_loading_to_the_next(place: Place) -> None:
    place.file.write_text("slow")
    model = place.model(place.launcher())
    impatient = asyncio.ensure_future(answer(model))
    await until(place.files.is_alive)
    impatient.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await impatient
    place.file.with_suffix(".go").touch()
    assert await answer(model) == "word"
    assert place.loads() == 1


async def test_a_load_that_nobody_waits_for_any_more_is_joined(place: Place) -> None:
    orphan = await place.orphan()
    asking = asyncio.ensure_future(place.launcher().endpoint(place.resident))
    place.file.with_suffix(".go").touch()
    await asking
    assert place.state().pid == orphan.pid
    assert place.loads() == 1
    await place.launcher().stop(place.resident)
    assert await orphan.wait() == 0


def is_locked(path: Path) -> bool:
    """Whether another descriptor holds the lock file."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


async def test_one_that_is_stopped_while_it_loads_ends_when_it_has_loaded(place: Place) -> None:
    orphan = await place.orphan()
    stopping = asyncio.ensure_future(place.launcher().stop(place.resident))
    await until(lambda: is_locked(place.files.start))
    await asyncio.sleep(0.05)  # it has looked for a state that is not there yet
    place.file.with_suffix(".go").touch()

    await asyncio.wait_for(stopping, 60)

    assert await orphan.wait() == 0


async def test_it_stops_when_idle_and_removes_its_state(place: Place) -> None:
    await place.launcher().endpoint(replace(place.resident, idle_seconds=0.1))
    await until(lambda: not place.files.is_alive())
    assert not place.files.state.exists()


async def test_it_stops_when_its_state_is_replaced(place: Place) -> None:
    await place.launcher().endpoint(place.resident)
    other = replace(place.state(), pid=1)
    place.files.write_state(other)
    await until(lambda: not place.files.is_alive())
    assert place.files.read_state() == other


async def test_sigterm_ends_it_cleanly(place: Place) -> None:
    await place.launcher().endpoint(place.resident)
    os.kill(place.state().pid, signal.SIGTERM)
    await until(lambda: not place.files.is_alive())
    assert not place.files.state.exists()


async def test_what_fails_to_load_says_why(place: Place) -> None:
    place.file.write_text("broken")
    with pytest.raises(Unavailable, match=r"did not start \(error: no such tensor\)"):
        await answer(place.model(place.launcher()))


async def test_a_missing_model_file_names_the_command(tmp_path: Path) -> None:
    launcher = Launcher(tmp_path)
    missing = Resident("qwen2.5-coder-0.5b", tmp_path / "none.gguf", 512)
    with pytest.raises(SetupNeeded, match=r"gearshift models pull qwen2.5-coder-0.5b"):
        await launcher.endpoint(missing)


async def test_a_missing_llama_cpp_names_the_command(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gearshift.providers.local.launcher.find_spec", lambda _: None)
    with pytest.raises(SetupNeeded, match=r"pip install 'gearshift\[local\]'"):
        await Launcher(place.folder).endpoint(place.resident)


async def test_a_refused_key_of_a_live_process_is_told(place: Place) -> None:
    launcher = place.launcher()
    await launcher.endpoint(place.resident)
    place.files.write_state(replace(place.state(), key="wrong"))
    with pytest.raises(Unauthorized):
        await answer(place.model(place.launcher()))


def test_the_catalogue_says_how_each_model_is_asked() -> None:
    services = Services()
    forms = {
        name: connect_local(
            ModelSettings(provider="local", model=name), ModelFacts(context=32768), services
        ).facts
        for name in ("qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b")
    }
    assert [(facts.form, facts.context) for facts in forms.values()] == [
        ("prefill", 4096),
        ("fill", 8192),
    ]


def test_an_unknown_embedded_model_is_refused() -> None:
    with pytest.raises(SetupNeeded, match="no embedded model called qwen9"):
        connect_local(ModelSettings(provider="local", model="qwen9"), ModelFacts(), Services())


async def test_other_options_start_the_process_anew(place: Place) -> None:
    launcher = place.launcher()
    await launcher.endpoint(place.resident)
    other = replace(place.resident, gpu_layers=0, threads=2)

    await place.launcher().endpoint(other)

    assert place.loads() == 2
    assert place.state().options == "0 2"
    await launcher.stop(place.resident)


def use_elsewhere(place: Place, seconds_ago: float = 0.0) -> None:
    """Mark the process as used by another one."""
    mark = place.files.state.with_suffix(".used-1")
    mark.touch()
    at = time.time() - seconds_ago
    os.utime(mark, (at, at))


async def test_a_process_that_another_window_uses_is_shared_whatever_its_options(
    place: Place,
) -> None:
    await place.launcher().endpoint(place.resident)
    use_elsewhere(place)
    other, launcher = replace(place.resident, threads=2), place.launcher()

    shared = await launcher.endpoint(other)

    assert await launcher.endpoint(other) == shared
    assert place.loads() == 1
    told = [text for text in place.told if "another window" in text]
    assert len(told) == 1
    assert "with other `threads` or `gpuLayers`" in told[0]
    assert launcher.reason_shared(other) is not None
    assert launcher.reason_shared(place.resident) is None


async def test_a_process_that_no_other_window_uses_any_more_is_started_anew(place: Place) -> None:
    await place.launcher().endpoint(place.resident)
    use_elsewhere(place)
    clock = ManualClock()
    launcher = Launcher(place.folder, command=COMMAND, clock=clock)
    other = replace(place.resident, threads=2)
    await launcher.endpoint(other)
    use_elsewhere(place, seconds_ago=USE_SECONDS + 1)

    await launcher.endpoint(other)
    assert place.loads() == 1
    clock.pass_seconds(USE_SECONDS)
    await launcher.endpoint(other)

    assert place.loads() == 2
    assert launcher.reason_shared(other) is None


async def test_a_state_that_says_more_than_this_version_knows_is_read(place: Place) -> None:
    await place.launcher().endpoint(place.resident)
    state = place.state()
    said = json.loads(place.files.state.read_text())
    place.files.state.write_text(json.dumps({**said, "colour": "green"}))
    assert place.state() == state


async def test_heavy_requests_of_two_windows_take_turns(place: Place) -> None:
    first, second = place.launcher(), place.launcher()
    order: list[str] = []

    async def ask() -> None:
        async with second.turn(place.resident):
            order.append("second")

    async with first.turn(place.resident):
        waiting = asyncio.ensure_future(ask())
        await asyncio.sleep(0.2)
        order.append("first")
    await waiting
    assert order == ["first", "second"]
