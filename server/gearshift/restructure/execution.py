"""Has a job done by the worker: a process that is killed when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.restructure.steps import Changed, Impossible

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from gearshift.restructure.steps import Job

MOST_SECONDS = 90.0
"""Longest work: a rename in some thousand files takes rope about a minute."""


async def execute(job: Job) -> Changed | Impossible:
    """Return the changed texts, or why the job can't be done; raises OSError if none can start."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gearshift.restructure.worker"),
        # `-m` looks for modules here first; nothing of the project may be found there.
        cwd=Path(__file__).parents[2],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        answer, errors = await asyncio.wait_for(
            process.communicate(_request(job)), timeout=MOST_SECONDS
        )
    except asyncio.TimeoutError:
        return Impossible(f"rope was still at it after {MOST_SECONDS:g} seconds.")
    finally:
        await _end(process)
    return _result(answer, errors)


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _request(job: Job) -> bytes:
    plain = {
        "project": str(job.project),
        "file": str(job.file),
        "files": [str(file) for file in job.files],
        "texts": {str(path): text for path, text in job.texts.items()},
        "steps": [step.plain() for step in job.steps],
    }
    return json.dumps(plain).encode()


def _result(answer: bytes, errors: bytes) -> Changed | Impossible:
    try:
        found = cast("dict[str, Any]", json.loads(answer))
    except ValueError:
        last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return Impossible(f"rope failed: {last or 'it said nothing'}.")
    if "problem" in found:
        return Impossible(str(found["problem"]))
    texts = cast("dict[str, str]", found["texts"])
    notes = tuple(str(note) for note in found["notes"])
    lacking = cast("dict[str, list[str]]", found["imports"])
    return Changed(
        {Path(path): text for path, text in texts.items()},
        notes,
        {Path(path): tuple(statements) for path, statements in lacking.items()},
    )
