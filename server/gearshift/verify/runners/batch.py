"""Several runs of one Python test file by one interpreter, which starts the runner only once.

Starting pytest takes longer than most small tests. Each run is a child forked before anything of
the project is imported, so it is alone as in a process of its own; only the hash seed is shared.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gearshift.verify.sandbox import Execution

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.verify.runners.runner import Launch
    from gearshift.verify.workbench import Workbench

SCRIPT = """\
import json, os, runpy, signal, sys, time

here = os.path.dirname(os.path.abspath(__file__))
with open(sys.argv[1], encoding="utf-8") as file:
    jobs = json.load(file)
sys.path[0] = os.getcwd()
if jobs["module"] == "pytest":
    import pytest

def exchange(texts):
    before = {}
    for path, text in texts.items():
        before[path] = None
        if os.path.isfile(path):
            with open(path, "rb") as file:
                before[path] = file.read()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text.encode())
    return before

def put_back(before):
    for path, content in before.items():
        if content is None:
            os.unlink(path)
        else:
            with open(path, "wb") as file:
                file.write(content)

def child(job):
    os.setsid()
    output = os.open(job["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(job["variables"])
    sys.argv = [jobs["module"], *job["arguments"]]
    code = 0
    try:
        runpy.run_module(jobs["module"], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        import traceback
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 255)

def ended(pid, seconds):
    deadline = time.monotonic() + seconds
    pause = 0.002
    while time.monotonic() < deadline:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return status
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return None

def stop(pid, status):
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    if status is None:
        os.waitpid(pid, 0)

for job in jobs["jobs"]:
    begun = time.monotonic()
    before = exchange(job["texts"])
    try:
        pid = os.fork()
        if pid == 0:
            child(job)
        status = ended(pid, job["seconds"])
        stop(pid, status)
    finally:
        put_back(before)
    code = None if status is None else (os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)
    entry = {"code": code, "seconds": time.monotonic() - begun}
    with open(jobs["results"], "a", encoding="utf-8") as results:
        results.write(json.dumps(entry) + "\\n")
"""
CAN_FORK = sys.platform != "win32"
MOST_SECONDS = 600.0
"""Longest batch, whatever its runs may take each."""


async def run_batch(
    bench: Workbench, launches: Sequence[Launch], texts: Sequence[dict[Path, str]], seconds: float
) -> list[Execution]:
    """Return how each run of the same runner ended; `texts` of project files hold in one alone.

    `seconds` is the limit of each. Raises OSError if nothing can be started.
    """
    folder = bench.reports / uuid.uuid4().hex
    await asyncio.to_thread(folder.mkdir)
    first = launches[0]
    python, module = first.command[0], first.command[2]
    # Awaited here: Python 3.10 has no asynchronous comprehension within another one.
    paths = {path for changed in texts for path in changed}
    seen = {path: str(await bench.seen(path)) for path in paths}
    jobs = [
        {
            "arguments": list(launch.command[3:]),
            "variables": dict(launch.variables),
            "texts": {seen[path]: text for path, text in changed.items()},
            "output": str(folder / f"{number}.txt"),
            "seconds": seconds,
        }
        for number, (launch, changed) in enumerate(zip(launches, texts, strict=True))
    ]
    work = {"module": module, "jobs": jobs, "results": str(folder / "results.jsonl")}
    await asyncio.to_thread(_put, folder, work)
    limits = replace(bench.limits, wall_seconds=min(seconds * len(jobs) + 10, MOST_SECONDS))
    command = (python, str(folder / "batch.py"), str(folder / "jobs.json"))
    made = await asyncio.to_thread(_missing, bench, paths)
    try:
        whole = await bench.run(
            *(command, first.variables), limits=limits, is_alone=True, writable=sorted(paths)
        )
    finally:
        for file in made:
            await asyncio.to_thread(file.unlink, missing_ok=True)
    return await asyncio.to_thread(_read, folder, len(jobs), seconds, whole)


def _missing(bench: Workbench, paths: set[Path]) -> list[Path]:
    """Make the files that are not in the copy: in a read-only one the runs could not."""
    copies = [bench.copy / path.relative_to(bench.project) for path in paths]
    made = [copy for copy in copies if not copy.exists()]
    for path in paths:
        if bench.copy / path.relative_to(bench.project) in made:
            bench.write(path, "")
    return made


def _put(folder: Path, work: dict[str, Any]) -> None:
    (folder / "batch.py").write_text(SCRIPT, encoding="utf-8")
    (folder / "jobs.json").write_text(json.dumps(work), encoding="utf-8")


def _read(folder: Path, count: int, seconds: float, whole: Execution) -> list[Execution]:
    results = folder / "results.jsonl"
    lines = results.read_text(encoding="utf-8").splitlines() if results.is_file() else []
    found: list[Execution] = []
    for number in range(count):
        output = folder / f"{number}.txt"
        text = output.read_text(encoding="utf-8", errors="replace") if output.is_file() else ""
        if number >= len(lines):
            why = whole.stopped or "The runs before it brought everything down."
            found.append(replace(whole, code=None, output=text or whole.output, stopped=why))
            continue
        entry: dict[str, Any] = json.loads(lines[number])
        code = entry["code"]
        why = None if code is not None else f"It was still running after {seconds:g} seconds."
        found.append(Execution(code, text, whole.isolation, float(entry["seconds"]), why))
    return found
