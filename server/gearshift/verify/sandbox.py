"""Runs generated code: isolated as far as the machine can, limited, killed with its children."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gearshift.verify.isolation import Isolation, Limits, Mount, installed, limited, wrap

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence

LADDER: tuple[Isolation, ...] = ("bwrap", "unshare", "none")
WATCH_SECONDS = 0.25
"""Pause between two counts of the processes of a run."""


@dataclass(frozen=True, slots=True)
class Execution:
    """How one run ended."""

    code: int | None
    """Exit code; None if it was killed here."""
    output: str
    """Standard output and error as they came, cut in the middle."""
    isolation: Isolation
    seconds: float
    stopped: str | None = None
    """Why it was killed, as a sentence; None if it ended by itself."""


@dataclass(slots=True)
class Sandbox:
    """Runs commands on the highest rung that works here; found by trying, once."""

    ladder: tuple[Isolation, ...] = LADDER
    _isolation: Isolation | None = field(default=None, init=False)

    async def isolation(self) -> Isolation:
        """Return the rung that works on this machine.

        A program being installed says little: containers and hardened kernels forbid namespaces.
        """
        if self._isolation is None:
            for rung in self.ladder:
                if installed(rung) and await self._works(rung):
                    self._isolation = rung
                    break
            else:
                self._isolation = "none"
        return self._isolation

    async def _works(self, rung: Isolation) -> bool:
        if rung == "none":
            return True
        # A subshell forks, which shows that the limit on processes leaves room for that.
        probe = limited(["/bin/sh", "-c", "(exit 7)"], Limits(), namespaced=True)
        try:
            ended = await _execute(
                wrap(rung, probe, (), Path("/")), None, _environment({}), Limits(wall_seconds=5)
            )
        except OSError:
            return False
        return ended[0] == 7

    async def run(
        self,
        command: Sequence[str],
        folder: Path,
        *,
        mounts: Sequence[Mount] = (),
        environment: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> Execution:
        """Run `command` in `folder` and return how it ended; raises OSError if it can't start.

        `mounts` is all that it sees besides the system's own folders, where there is isolation.
        It gets `environment` and nothing of the server's own, so no API key. Cancelling the task
        kills the whole process group and waits until it is gone.
        """
        limits = limits or Limits()
        rung = await self.isolation()
        line = limited(command, limits, namespaced=rung != "none")
        started = time.monotonic()
        code, output, stopped = await _execute(
            wrap(rung, line, mounts, folder),
            folder if rung == "none" else None,
            _environment(environment or {}),
            limits,
        )
        return Execution(code, output, rung, time.monotonic() - started, stopped)


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    base = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}
    base["HOME"] = "/tmp"  # noqa: S108 - the sandbox's own
    if sys.platform == "win32":
        # Without these, Windows starts neither sockets nor the C runtime.
        kept = ("SYSTEMROOT", "SYSTEMDRIVE", "PATH", "TEMP", "TMP", "COMSPEC")
        base = {name: os.environ[name] for name in kept if name in os.environ}
    return {**base, **extra}


async def _execute(
    line: Sequence[str], folder: Path | None, environment: Mapping[str, str], limits: Limits
) -> tuple[int | None, str, str | None]:
    # A file, not a pipe: a grandchild that lives on would hold a pipe open.
    with tempfile.TemporaryFile() as output:
        process = await asyncio.create_subprocess_exec(
            *line,
            cwd=folder,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=sys.platform != "win32",
        )
        ending = asyncio.create_task(process.wait())
        watching = asyncio.create_task(_watch(process.pid, limits))
        stopped: str | None = None
        try:
            await asyncio.wait({ending, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not ending.done():
                stopped = watching.result()
        finally:
            watching.cancel()
            # Also when it ended by itself: it may have left children behind.
            await _kill(process)
            await ending
        text = await asyncio.to_thread(_text, output, limits)
        return (None if stopped else process.returncode), text, stopped


def _text(output: IO[bytes], limits: Limits) -> str:
    """Return what was written: all of it, or its beginning and its end."""
    half = limits.output_bytes // 2
    size = output.seek(0, os.SEEK_END)
    output.seek(0)
    if size <= 2 * half:
        content = output.read()
    else:
        content = output.read(half) + f"\n… {size - 2 * half} bytes left out …\n".encode()
        output.seek(size - half)
        content += output.read()
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


async def _watch(pid: int, limits: Limits) -> str:
    """Return why a run has to be stopped, when it has to."""
    deadline = time.monotonic() + limits.wall_seconds
    while (left := deadline - time.monotonic()) > 0:
        await asyncio.sleep(min(WATCH_SECONDS, left))
        # The kernel's own limit does not hold for root, which containers often are.
        if await asyncio.to_thread(_descendants, pid) > limits.processes:
            return f"It started more than {limits.processes} processes."
    return f"It was still running after {limits.wall_seconds:g} seconds."


def _descendants(pid: int) -> int:
    """Count the processes under `pid`, from Linux's own tables; 0 elsewhere."""
    if not sys.platform.startswith("linux"):
        return 0
    count, level = 0, [pid]
    while level:
        parent = level.pop()
        children = Path(f"/proc/{parent}/task/{parent}/children")
        with contextlib.suppress(OSError):
            found = [int(child) for child in children.read_text().split()]
            count += len(found)
            level += found
    return count


async def _kill(process: Process) -> None:
    """Kill the whole group, its leader and what the leader left."""
    if sys.platform == "win32":
        if process.returncode is None:
            killer = await asyncio.create_subprocess_exec(
                "taskkill", "/T", "/F", "/PID", str(process.pid)
            )
            await killer.wait()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
