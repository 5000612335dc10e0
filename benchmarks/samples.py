"""Insertions that were really made: drawn from a git history once, and kept in `samples.json`.

`python -m benchmarks.samples` draws them anew from the history of the checkout.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = Path(__file__).with_name("samples.json")
COUNT = 6
LINES = range(3, 9)
"""How long an insertion is; one that is longer was seldom typed in one go."""
CHARACTERS = range(100, 220)
ABOVE, BELOW = 200, 60
"""Lines of the file that are kept around it."""
IMPORT = re.compile(r"^\s*(?:import|from)\s", re.MULTILINE)
"""Editors write imports by themselves."""
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


@dataclass(frozen=True)
class Sample:
    """A file before a commit, and what the commit put in at one place."""

    commit: str
    path: str
    above: str
    inserted: str
    below: str


def samples() -> list[Sample]:
    """Return the kept ones."""
    return [Sample(**each) for each in json.loads(FILE.read_text("utf-8"))]


def _git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout


def _of_commit(commit: str) -> list[Sample]:
    found: list[Sample] = []
    path = ""
    lines = _git("show", "--format=", "-U0", "--no-renames", commit, "--", "*.py").split("\n")
    for number, line in enumerate(lines):
        if line.startswith("--- "):
            path = line.removeprefix("--- a/") if line != "--- /dev/null" else ""
        hunk = HUNK.match(line)
        if not hunk or not path or hunk[2] != "0" or int(hunk[3] or 1) not in LINES:
            continue
        count = int(hunk[3] or 1)
        inserted = "".join(f"{added[1:]}\n" for added in lines[number + 1 : number + 1 + count])
        if len(inserted) not in CHARACTERS or not inserted.isascii() or IMPORT.search(inserted):
            continue
        before = _git("show", f"{commit}^:{path}").split("\n")
        at = int(hunk[1])
        above = "".join(f"{line}\n" for line in before[max(0, at - ABOVE) : at])
        below = "\n".join(before[at : at + BELOW])
        found.append(Sample(commit[:10], path, above, inserted, below))
    return found


def draw(count: int = COUNT, seed: int = 1) -> list[Sample]:
    """Return insertions into Python files, one a file, in random order."""
    commits = _git("log", "--format=%H", "--no-merges", "--diff-filter=M", "--", "*.py").split()
    random.Random(seed).shuffle(commits)
    found: dict[str, Sample] = {}
    for commit in commits:
        for sample in _of_commit(commit)[:1]:
            found.setdefault(sample.path, sample)
        if len(found) >= count:
            break
    return [*found.values()]


if __name__ == "__main__":
    FILE.write_text(json.dumps([asdict(each) for each in draw()], indent=1) + "\n", "utf-8")
