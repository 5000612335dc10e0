"""The reading process as its server starts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.context.piece import Site
from gearshift.core.document import Snapshot
from gearshift.core.text import Position
from gearshift.reading import wire
from gearshift.reading.child import Child

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


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
