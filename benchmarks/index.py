"""The index of a large workspace: time, memory, and what the event loop feels of it.

`python -m benchmarks.index [--files N] [--json FILE]`; Linux only, as it reads `/proc`.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sysconfig
import time
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.__main__ import circumstances
from benchmarks.bench import Bench, library, library_lines, places
from benchmarks.editor import Document
from benchmarks.measures import AT_ONCE, spread
from benchmarks.process import use_of

from gearshift.completion.context.piece import Site
from gearshift.completion.context.reader import Reader
from gearshift.completion.prompt import Limits, lines_shown
from gearshift.core.document import Snapshot
from gearshift.core.text import Position

if TYPE_CHECKING:
    from benchmarks.editor import Server

FILES = 5_000
FOLDER_FILES = 50
QUIET_SECONDS = 3.0
"""The index is built once the reading process has used no time for so long."""
GIVE_UP_SECONDS = 200.0
DEFINED = re.compile(r"\b(def|class) (\w+)")


def generate(root: Path, n_files: int) -> int:
    """Write modules of the standard library under new names; return their size in bytes."""
    sources = [
        file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(library().rglob("*.py"))
        if 2_000 < file.stat().st_size < 16_000 and "test" not in file.parts
    ]
    size = 0
    for number, text in zip(range(n_files), cycle(sources), strict=False):
        folder = root / f"package{number // FOLDER_FILES}"
        folder.mkdir(exist_ok=True)
        renamed = DEFINED.sub(lambda m, n=number: f"{m[1]} {m[2]}_{n}", text)
        (folder / f"module{number}.py").write_text(renamed, encoding="utf-8")
        size += len(renamed)
    return size


def copy_installed(root: Path) -> int:
    """Copy every installed package's Python files; return their size in bytes."""
    size = 0
    top = Path(sysconfig.get_paths()["purelib"])
    for file in top.rglob("*.py"):
        target = root / "installed" / file.relative_to(top)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        size += file.stat().st_size
    return size


def children(pid: int) -> list[int]:
    """Return the processes that any thread of a process has started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for found in lists for child in found.read_text().split()]


def server_figures(bench: Bench) -> dict[str, Any]:
    """Complete once in the workspace, then watch until the index is built.

    Meanwhile a request that needs no work is sent every 10 ms: its time is what the loop leaves.
    """
    bench.model.behave(AT_ONCE)
    server = bench.gearshift()
    server.initialize()
    document = Document((bench.workspace / "opened.py").as_uri(), library_lines("textwrap"))
    server.open(document)
    line, _ = places(document, 1, seed=1)[0]
    server.wait(server.complete(document, line, len(document.lines[line]))[0])
    begun = time.perf_counter()
    answers, busy_until, peak, cpu = _watch(server, begun)
    resting = use_of(children(server.pid)[0])
    figures = {
        "seconds": round(busy_until - begun, 1),
        "cpu_seconds": round(cpu, 1),
        "reader_rss_mb": {"peak": round(peak, 1), "at_rest": round(resting.rss_mb, 1)},
        "server_rss_mb": round(use_of(server.pid).rss_mb, 1),
        "loop_answer_ms": {**spread(answers), "longest": round(max(answers) * 1000, 1)},
    }
    server.end()
    return figures


def _watch(server: Server, begun: float) -> tuple[list[float], float, float, float]:
    answers: list[float] = []
    peak = cpu = 0.0
    used_at = time.perf_counter()
    while True:
        params = {
            "textDocument": {"uri": "file:///not/open.py"},
            "position": {"line": 0, "character": 0},
        }
        request, sent = server.request("textDocument/inlineCompletion", params)
        answers.append(server.wait(request).at - sent)
        found = children(server.pid)
        now = time.perf_counter()
        if found:
            use = use_of(found[0])
            peak = max(peak, use.rss_mb)
            if use.cpu_seconds > cpu + 0.001:
                cpu, used_at = use.cpu_seconds, now
        if (found and now - used_at > QUIET_SECONDS) or now - begun > GIVE_UP_SECONDS:
            break
        server.rest(0.01)
    return answers, used_at, peak, cpu


def gather_figures(root: Path, n_places: int = 100) -> dict[str, Any]:
    """Time to gather at places of many files, in this process, with the index built."""
    reader = Reader([root], lambda path: None)
    reader.index.look()
    while reader.index.is_busy:
        reader.index.step()
    files = sorted(root.rglob("*.py"))
    limits, seconds, n_pieces = Limits(), list[float](), 0
    for file in files[:: max(1, len(files) // n_places)]:
        text = file.read_text(encoding="utf-8", errors="replace")
        snapshot = Snapshot.from_text(text, language="python", path=file)
        position = Position(len(snapshot.lines) // 2, 0)
        site = Site(snapshot, position, lines_shown(snapshot, position, limits))
        begun = time.perf_counter()
        found = reader.gather(site, limits.context_characters)
        seconds.append(time.perf_counter() - begun)
        n_pieces += len(found.pieces)
    return {**spread(seconds), "pieces_each": round(n_pieces / len(seconds), 1)}


def measure(prepare: Any) -> dict[str, Any]:
    """Return the figures of one workspace that `prepare` writes."""
    with Bench() as bench:
        size = prepare(bench.workspace)
        n_files = sum(1 for _ in bench.workspace.rglob("*.py"))
        figures = {"files": n_files, "source_mb": round(size / 1e6, 1)}
        figures |= server_figures(bench)
        figures["gather_ms"] = gather_figures(bench.workspace)
        return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.index", description=__doc__)
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    arguments = parser.parse_args()
    found = {
        "generated": measure(lambda root: generate(root, arguments.files)),
        "installed packages": measure(copy_installed),
    }
    text = json.dumps({**circumstances(), "figures": found}, indent=1)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
