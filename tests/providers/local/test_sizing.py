"""The context of an embedded model is what the machine's memory has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.core.errors import SetupNeeded
from gearshift.core.model import ModelFacts
from gearshift.providers.local import connect_local
from gearshift.providers.local.sizing import (
    SMALLEST,
    context_for,
    machine_memory,
    memory_for,
)
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from pathlib import Path

GB = 1_000_000
"""Files and machines of a thousandth of the size, since some disks hold no sparse files."""


def model_file(folder: Path, size: int) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(bytes(size))
    return path


@pytest.mark.parametrize(
    ("size", "wanted", "memory", "expected"),
    [
        pytest.param(491_400, 4096, 4 * GB, 4096, id="0.5B on 4 GB"),
        pytest.param(1_117_320, 8192, 8 * GB, 8192, id="1.5B on 8 GB"),
        pytest.param(1_117_320, 8192, 5 * GB // 2, 4096, id="1.5B on 2.5 GB"),
        pytest.param(1_117_320, 8192, 1 * GB, SMALLEST, id="1.5B on 1 GB"),
        pytest.param(4_700_000, 32_768, 64 * GB, 32_768, id="7B on 64 GB"),
        pytest.param(4_700_000, 32_768, 12 * GB, 8192, id="7B on 12 GB"),
        pytest.param(4_700_000, 32_768, None, 32_768, id="memory unknown"),
        pytest.param(1_117_320, 1024, 1 * GB, 1024, id="asked for less than the smallest"),
    ],
)
def test_the_context_is_halved_until_it_fits(
    tmp_path: Path, size: int, wanted: int, memory: int | None, expected: int
) -> None:
    room = memory_for(None, memory)
    assert context_for(model_file(tmp_path, size), wanted, room) == expected


def test_the_users_limit_counts_before_the_machines_memory(tmp_path: Path) -> None:
    file = model_file(tmp_path, 1_117_320)
    settings = ModelSettings("local", "own", path=str(file), max_memory_mb=1)

    with pytest.raises(SetupNeeded, match="takes 1 MB, and `maxMemoryMb` allows 1"):
        connect_local(settings, ModelFacts(), Services())
    assert memory_for(300, 64 * GB) == 300e6


def test_a_file_that_is_not_there_yet_gets_what_is_wanted(tmp_path: Path) -> None:
    assert context_for(tmp_path / "none.gguf", 8192, GB) == 8192


def test_the_machine_tells_its_memory() -> None:
    memory = machine_memory()

    assert memory is not None
    assert memory > 100_000_000


def test_a_model_knows_the_context_that_it_got(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gearshift.providers.local.model.machine_memory", lambda: 12 * GB)
    path = model_file(tmp_path, 4_700_000)

    model = connect_local(
        ModelSettings("local", "mine", path=str(path)), ModelFacts(context=32_768), Services()
    )

    assert model.facts.context == 8192
