"""Whether a file does what it should: its check is run in the sandbox."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.verify.isolation import Limits, Mount
from gearshift.verify.sandbox import Sandbox

if TYPE_CHECKING:
    from benchmarks.quality.holes import CheckedHole

INTERPRETER = sorted({Path(sys.prefix), Path(sys.base_prefix)})
WALL_SECONDS = 10.0
"""A check takes milliseconds; an endless loop is the usual reason for more."""


class Judge:
    """Runs each program once."""

    def __init__(self) -> None:
        self._sandbox = Sandbox()
        self._known: dict[str, bool] = {}

    async def passes(self, hole: CheckedHole, inserted: str) -> bool:
        """Whether the file with `inserted` passes its check."""
        program = hole.program(inserted)
        if program not in self._known:
            self._known[program] = await self._run(program)
        return self._known[program]

    async def _run(self, program: str) -> bool:
        try:
            compile(program, "hole", "exec")
        except (SyntaxError, ValueError):
            return False
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "hole.py").write_text(program, encoding="utf-8")
            ended = await self._sandbox.run(
                [sys.executable, "-I", "hole.py"],
                folder,
                mounts=[Mount(path, path) for path in (folder, *INTERPRETER)],
                limits=Limits(wall_seconds=WALL_SECONDS),
            )
        return ended.code == 0
