"""The sandbox, with real processes on every rung that this machine allows."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from pathlib import Path

import pytest

from gearshift.verify.isolation import Limits, Mount
from gearshift.verify.sandbox import LADDER, Sandbox


def _rungs() -> list[str]:
    async def working() -> list[str]:
        return [r for r in LADDER if await Sandbox((r,)).isolation() == r]

    return asyncio.run(working())


RUNGS = _rungs()
PROGRAM = str(Path(sys.executable).resolve())
ISOLATED = [rung for rung in RUNGS if rung != "none"]


@pytest.fixture(params=RUNGS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox((request.param,))


@pytest.fixture(params=ISOLATED)
def isolated(request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox((request.param,))


async def _python(sandbox: Sandbox, folder: Path, code: str, **limits: float):
    base = Path(sys.base_prefix)
    mounts = [Mount(base, base), Mount(folder, folder, writable=True)]
    return await sandbox.run(
        [PROGRAM, "-I", "-c", code], folder, mounts=mounts, limits=Limits(**limits)
    )


async def test_the_highest_rung_that_works_is_taken() -> None:
    assert await Sandbox().isolation() == RUNGS[0]


async def test_a_command_ends_with_its_code_and_output(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = await _python(sandbox, tmp_path, "print('héllo'); raise SystemExit(3)")
    assert (ended.code, ended.output, ended.stopped) == (3, "héllo\n", None)
    assert ended.isolation in RUNGS


async def test_keys_in_the_servers_environment_are_not_seen(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-tests")
    ended = await _python(sandbox, tmp_path, "import os; print(sorted(os.environ))")
    assert ended.code == 0
    assert "OPENAI_API_KEY" not in ended.output


async def test_the_network_is_out_of_reach(isolated: Sandbox, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        ended = await _python(isolated, tmp_path, code)
    assert ended.code == 1
    assert "refused" in ended.output or "unreachable" in ended.output


async def test_files_outside_are_neither_seen_nor_written(
    isolated: Sandbox, tmp_path: Path
) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret").write_text("secret")
    code = f"""
import os
from pathlib import Path
print(Path({str(outside / "secret")!r}).exists(), Path.home().joinpath(".ssh").exists())
for folder in ({str(outside)!r}, "/usr", "/etc", "/"):
    try:
        Path(folder, "gearshift-was-here").write_text("x")
        print("wrote to", folder)
    except OSError:
        pass
Path("here").write_text("x")
"""
    ended = await _python(isolated, inside, code)
    assert ended.output == "False False\n"
    assert (inside / "here").exists()
    assert [p.name for p in outside.iterdir()] == ["secret"]


async def test_what_is_mounted_read_only_cant_be_written(isolated: Sandbox, tmp_path: Path) -> None:
    kept, bench = tmp_path / "kept", tmp_path / "bench"
    kept.mkdir()
    bench.mkdir()
    ended = await isolated.run(
        ["sh", "-c", f"touch {kept}/x"],
        bench,
        mounts=[Mount(kept, kept), Mount(bench, bench, True)],
    )
    assert ended.code != 0
    assert not list(kept.iterdir())


async def test_an_endless_loop_is_stopped(sandbox: Sandbox, tmp_path: Path) -> None:
    ended = await _python(sandbox, tmp_path, "while True: pass", wall_seconds=0.5)
    assert ended.code is None
    assert ended.stopped == "It was still running after 0.5 seconds."


async def test_a_huge_file_is_stopped(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "f = open('big', 'wb')\nfor _ in range(64): f.write(bytes(1 << 20)); f.flush()"
    ended = await _python(sandbox, tmp_path, code, file_bytes=1 << 20)
    assert ended.code not in (0, None)
    assert (tmp_path / "big").stat().st_size <= 1 << 20


async def test_a_memory_hog_is_stopped(isolated: Sandbox, tmp_path: Path) -> None:
    code = "kept = [bytearray(1 << 24) for _ in range(64)]"
    ended = await _python(isolated, tmp_path, code, address_space=256 << 20)
    assert ended.code == 1
    assert "MemoryError" in ended.output


async def test_a_fork_bomb_is_stopped(isolated: Sandbox, tmp_path: Path) -> None:
    code = """
import os, time
for _ in range(400):
    try:
        if os.fork() == 0:
            time.sleep(60)
    except OSError:
        print("no more")
        break
time.sleep(60)
"""
    ended = await _python(isolated, tmp_path, code, processes=20, wall_seconds=20)
    assert ended.stopped == "It started more than 20 processes." or "no more" in ended.output


async def test_output_is_cut_in_the_middle(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "print('first'); print('x' * 100_000); print('last')"
    ended = await _python(sandbox, tmp_path, code, output_bytes=2000)
    assert ended.output.startswith("first\n")
    assert ended.output.endswith("last\n")
    assert "bytes left out" in ended.output
    assert len(ended.output) < 2100


async def test_endless_output_is_stopped_and_cut(sandbox: Sandbox, tmp_path: Path) -> None:
    code = "while True: print('x' * 1000)"
    ended = await _python(
        sandbox, tmp_path, code, file_bytes=4 << 20, output_bytes=2000, wall_seconds=20
    )
    assert ended.code != 0
    assert len(ended.output) < 2500


async def test_a_program_that_ignores_signals_is_killed(sandbox: Sandbox, tmp_path: Path) -> None:
    code = """
import signal, time
for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU):
    signal.signal(name, signal.SIG_IGN)
time.sleep(60)
"""
    ended = await _python(sandbox, tmp_path, code, wall_seconds=1)
    assert ended.stopped == "It was still running after 1 seconds."


async def test_the_temporary_folder_is_its_own(isolated: Sandbox, tmp_path: Path) -> None:
    mark = f"gearshift-{os.getpid()}-{time.monotonic_ns()}"
    code = f"open('/tmp/{mark}', 'w').write('x'); import os; print(sorted(os.listdir('/tmp')))"
    ended = await _python(isolated, tmp_path, code)
    assert ended.code == 0
    assert mark in ended.output
    assert mark not in os.listdir("/tmp")  # noqa: PTH208
    assert "gearshift-root" not in ended.output


async def test_home_and_its_keys_are_not_there(
    isolated: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_ed25519").write_text("not for code")
    monkeypatch.setenv("HOME", str(home))
    bench = tmp_path / "bench"
    bench.mkdir()
    code = f"""
import os
for path in ({str(home)!r}, os.path.expanduser("~"), "/root", "/home"):
    for folder, _, names in os.walk(path):
        print([n for n in names if n == "id_ed25519"] or "", end="")
"""
    ended = await _python(isolated, bench, code)
    assert (ended.code, ended.output.strip()) == (0, "")


async def test_children_are_gone_when_the_run_ends(sandbox: Sandbox, tmp_path: Path) -> None:
    mark = f"gearshift-{os.getpid()}-{time.monotonic_ns()}"
    code = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', {mark!r}])"
    )
    ended = await _python(sandbox, tmp_path, code)
    assert ended.code == 0
    await _none_running(mark)


async def test_a_cancelled_run_leaves_nothing_behind(sandbox: Sandbox, tmp_path: Path) -> None:
    mark = f"gearshift-{os.getpid()}-{time.monotonic_ns()}"
    code = (
        "import subprocess, sys, time, pathlib\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', {mark!r}])\n"
        "pathlib.Path('started').touch()\n"
        "time.sleep(60)"
    )
    task = asyncio.create_task(_python(sandbox, tmp_path, code))
    while not (tmp_path / "started").exists():
        assert not task.done()
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await _none_running(mark)


async def _none_running(mark: str) -> None:
    """Wait until no process has `mark` on its command line: killing is not instant."""
    for _ in range(250):
        if not any(mark in line for line in _command_lines()):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a child is still running")


def _command_lines() -> list[str]:
    found: list[str] = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            found.append(entry.read_bytes().decode(errors="replace"))
    return found
