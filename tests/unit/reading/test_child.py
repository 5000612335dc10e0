"""The reading process as its server starts it."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from gearshift.completion.context.piece import Site
from gearshift.core.document import Snapshot
from gearshift.core.text import Position
from gearshift.reading import child as reading_child
from gearshift.reading import wire
from gearshift.reading.child import Child

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


async def test_modules_of_the_working_folder_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    planted = f"open({str(trace)!r}, 'w').close()\nfrom _queue import Empty, SimpleQueue\n"
    (tmp_path / "queue.py").write_text(planted)
    monkeypatch.chdir(tmp_path)
    snapshot = Snapshot.from_text("x = 1\n", path=tmp_path / "m.py", language="python")
    site = Site(snapshot, Position(0, 0), range(1), (), ())

    child = await Child.start()
    child.write(wire.encode(wire.workspace([tmp_path], (), is_watched=False)))
    child.write(wire.encode(wire.gather(1, site, 1000, ())))
    answer = wire.decode(await child.reader.readline())
    await child.end()

    assert answer["id"] == 1
    assert not trace.exists()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """What was started; the process does not care that its input ends."""
    processes: list[subprocess.Popen[bytes]] = []
    deaf = (sys.executable, "-c", "import time; time.sleep(600)")
    spawn = reading_child._spawn

    def kept() -> subprocess.Popen[bytes]:
        processes.append(spawn())
        return processes[-1]

    monkeypatch.setattr(reading_child, "COMMAND", deaf)
    monkeypatch.setattr(reading_child, "_spawn", kept)
    monkeypatch.setattr(reading_child, "END_SECONDS", 0.01)
    return processes


async def test_one_that_does_not_end_is_killed_and_waited_for(
    started: list[subprocess.Popen[bytes]],
) -> None:
    child = await Child.start()
    await child.end()
    assert started[0].returncode is not None


async def test_a_start_that_is_cancelled_leaves_no_process(
    started: list[subprocess.Popen[bytes]],
) -> None:
    starting = asyncio.ensure_future(Child.start())
    await asyncio.sleep(0)
    starting.cancel()
    with suppress(asyncio.CancelledError):
        await starting
    assert [process.returncode is not None for process in started] == [True]
