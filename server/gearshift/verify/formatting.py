"""Code laid out by the formatter that a project has chosen."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.verify.workbench import Workbench

FORMATTERS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("ruff", ("ruff.toml", ".ruff.toml"), "[tool.ruff"),
    ("black", (), "[tool.black"),
)
"""Name, files that choose it, and the table of `pyproject.toml` that does."""
SECONDS = 20.0


async def formatted(bench: Workbench, file: Path, existing: str, text: str) -> str:
    """Return `text` as the project's formatter leaves it; unchanged where it has chosen none.

    A file that it would have changed before is not put right by the way: only what is new is.
    """
    command = await asyncio.to_thread(_command, bench)
    if command is None:
        return text
    after = await _run(bench, command, file, text)
    if existing.strip() and after != text:
        before = await _run(bench, command, file, existing)
        if before != existing:
            return text
    return after


async def _run(bench: Workbench, command: tuple[str, ...], file: Path, text: str) -> str:
    """Return what the formatter makes of a text; the text itself where it can't."""
    path = bench.copy / file.relative_to(bench.project)
    before = path.read_bytes() if path.is_file() else None
    await asyncio.to_thread(bench.write, file, text)
    try:
        seen = str(await bench.seen(file))
        ended = await bench.run((*command, seen), wall_seconds=SECONDS, may_write=True)
        return path.read_text(encoding="utf-8") if ended.code == 0 else text
    finally:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)


def _command(bench: Workbench) -> tuple[str, ...] | None:
    name = chosen_formatter(bench.project)
    if name is None:
        return None
    words = ("format", "--quiet") if name == "ruff" else ("--quiet",)
    python = Path(bench.environment.command[0])
    program = python.with_name(name)
    if program.is_file():
        return (str(program), *words)
    found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin")
    return (found, *words) if found else None


def chosen_formatter(project: Path) -> str | None:
    """Return `ruff` or `black` where the project's own files configure it; None: neither."""
    pyproject = project / "pyproject.toml"
    text = pyproject.read_text(encoding="utf-8", errors="replace") if pyproject.is_file() else ""
    for name, files, table in FORMATTERS:
        if table in text or any((project / file).is_file() for file in files):
            return name
    return None
