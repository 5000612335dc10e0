"""Scanners of the machine on a file before and after a change; only what is new counts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.text import split_lines

if TYPE_CHECKING:
    from gearshift.verify.change import Change

logger = logging.getLogger(__name__)
Result = dict[str, Any]
"""One finding in a scanner's own words."""


@dataclass(frozen=True, slots=True)
class Spot:
    """What a result is, and where."""

    file: str
    rule: str
    line: int
    """Counted from 0."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """A program that scans files and writes `{"results": […]}`."""

    name: str
    seconds: float
    """Longest run."""
    spot_of: Callable[[Result], Spot]

    async def new_results(
        self,
        change: Change,
        suffix: str,
        command: Callable[[Path, Sequence[Path]], Sequence[str]],
        cwd: Path | None = None,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> list[Result]:
        """Return what the scanner finds after the change and not before; nothing if it fails.

        `command` is given the folder with both texts, and their files. `cwd`: None is that folder.
        `variables` are added to the environment.
        """
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=f"gearshift-{self.name}-"))
        texts = {folder / f"before{suffix}": change.before, folder / f"after{suffix}": change.after}
        try:
            for file, text in texts.items():
                await asyncio.to_thread(file.write_text, text, encoding="utf-8")
            results = await self._run(command(folder, [*texts]), cwd or folder, variables)
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        before, after = (file.name for file in texts)
        known = Counter(self._key(r, change.before) for r in self._in(before, results))
        found = self._in(after, results)
        return [r for r in found if not _strike(known, self._key(r, change.after))]

    def _in(self, name: str, results: Sequence[Result]) -> list[Result]:
        return [r for r in results if Path(self.spot_of(r).file).name == name]

    def _key(self, result: Result, text: str) -> tuple[str, str]:
        lines, spot = split_lines(text), self.spot_of(result)
        return spot.rule, lines[spot.line].strip() if spot.line < len(lines) else ""

    async def _run(
        self, command: Sequence[str], cwd: Path, variables: Mapping[str, str]
    ) -> list[Result]:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            env={**os.environ, **variables},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(), self.seconds)
            said: Any = json.loads(output)
        except (asyncio.TimeoutError, ValueError) as error:
            logger.warning("%s gave no result: %r", self.name, error)
            return []
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return cast("list[Result]", said.get("results", []))


def _strike(known: Counter[tuple[str, str]], key: tuple[str, str]) -> bool:
    """Strike one of the results that were there before; return whether there was one."""
    is_known = known[key] > 0
    known[key] -= is_known
    return is_known
