"""Coverage as other languages' runners write it down: lcov, and Go's profiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.verify.runners.runner import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.verify.runners.runner import Conditions, Place

LCOV = "lcov.info"
Hits = frozenset[tuple[int, int]]
"""(1, line) for a line that was run, (0, line) for one that was not."""
_BLOCK = re.compile(r"^(?P<file>.+):(?P<first>\d+)\.\d+,(?P<last>\d+)\.\d+ \d+ (?P<count>\d+)$")


def profile_of(place: Place) -> Path:
    """Return where a run leaves its coverage: a file, or a folder with `LCOV` in it."""
    return place.report.with_suffix(".cover")


def covered(place: Place, conditions: Conditions) -> list[Outcome]:
    """Return what a run noted of the traced lines, as one outcome without an end; maybe nothing."""
    traced = conditions.traced
    profile = profile_of(place)
    if profile.is_dir():
        profile /= LCOV
    if traced is None or not profile.is_file():
        return []
    text = profile.read_text(encoding="utf-8", errors="replace")
    read = go_hits if text.startswith("mode:") else lcov_hits
    inside = [hit for hit in read(text, traced.file.name) if traced.first <= hit[1] <= traced.last]
    return [Outcome(place.file.name, hits=frozenset(inside))] if inside else []


def lcov_hits(text: str, name: str) -> Hits:
    """Return the lines of a file in an lcov report."""
    found: dict[int, int] = {}
    is_own = False
    for line in text.splitlines():
        if line.startswith("SF:"):
            is_own = re.split(r"[/\\]", line[3:])[-1] == name
        elif is_own and line.startswith("DA:"):
            number, _, count = line[3:].partition(",")
            times = count.partition(",")[0]
            if number.isdigit() and times.isdigit():
                found[int(number)] = int(int(times) > 0)
    return frozenset((ran, number) for number, ran in found.items())


def go_hits(text: str, name: str) -> Hits:
    """Return the lines of a file in a profile of `go test`; a line of two blocks ran with one."""
    found: dict[int, int] = {}
    for line in text.splitlines():
        block = _BLOCK.match(line)
        if block is None or block["file"].rpartition("/")[2] != name:
            continue
        ran = int(int(block["count"]) > 0)
        for number in range(int(block["first"]), int(block["last"]) + 1):
            found[number] = max(found.get(number, 0), ran)
    return frozenset((ran, number) for number, ran in found.items())
