"""What a test runner said, without the lines of files that must not be shown to a model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = re.compile(
    r'^(?:\s*File "(?P<quoted>[^"]+)", line \d+|(?P<plain>[^\s:][^:\n]*\.\w+):\d+: )'
)
"""A line that names a place in a file: Python's own form, and pytest's short one. The code at that
place, and what was raised there, follow it."""
REPORT = re.compile(r"^(?:[=_]{3,}|FAILED |ERROR |\d+ (?:passed|failed)|-{3,})")
"""A line of the runner's own, which ends what belongs to a place."""
LEFT_OUT = "    (the lines of this file are withheld)"


def without_withheld(output: str, is_withheld: Callable[[Path], bool]) -> str:
    """Return `output` without the code of files for which `is_withheld` holds."""
    kept: list[str] = []
    is_hidden = False
    for line in output.split("\n"):
        place = PLACE.match(line)
        if place:
            is_hidden = is_withheld(Path(place["quoted"] or place["plain"]))
            kept.append(line)
            kept += [LEFT_OUT] if is_hidden else []
        elif REPORT.match(line):
            is_hidden = False
            kept.append(line)
        elif not is_hidden:
            kept.append(line)
    return "\n".join(kept)
