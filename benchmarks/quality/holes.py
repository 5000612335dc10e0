"""The executable holes: short Python files in Markdown, each with a check that tells right answers.

A hole counts only if its own answer passes; `python -m benchmarks.quality --prove` shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gearshift.completion.probe.holes import KnownHole

FOLDER = Path(__file__).parent / "holes"
SECTION = re.compile(r"^## (\S+)\n+```python\n(.*?)```\n+```python\n(.*?)```", re.M | re.S)


@dataclass(frozen=True, slots=True)
class CheckedHole:
    """A file with a piece taken out, and statements that raise unless the piece is right."""

    known: KnownHole
    check: str

    def program(self, inserted: str) -> str:
        """Return the file with `inserted` in the hole, its check below."""
        before, _, after = self.known.parts
        return f"{before}{inserted}{after}\n\n{self.check}"

    @property
    def answer(self) -> str:
        """What was taken out."""
        return self.known.parts[1]


def all_holes() -> tuple[CheckedHole, ...]:
    """Return the holes of all files, by file and place."""
    return tuple(
        CheckedHole(KnownHole(f"{name}.py", "python", code), check)
        for page in sorted(FOLDER.glob("*.md"))
        for name, code, check in SECTION.findall(page.read_text(encoding="utf-8"))
    )
