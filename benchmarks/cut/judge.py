"""Judges what arms show: by the package's own tests, each text once, the verdicts kept."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from typing import TYPE_CHECKING

from benchmarks.cut.places import RESULTS
from benchmarks.cut.validity import passes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.cut.hole import Cut

VERDICTS = RESULTS / "verdicts.json.gz"
SAVE_EVERY = 40


class Judge:
    """Says whether a text in a hole passes; runs tests only for what it has not seen."""

    def __init__(self, file: Path = VERDICTS) -> None:
        self._file = file
        self._known: dict[str, bool] = {}
        if file.exists():
            self._known = json.loads(gzip.decompress(file.read_bytes()))

    async def judge(self, texts: Sequence[tuple[Cut, str]]) -> None:
        """Try every text that has no verdict yet, two at a time."""
        fresh = {_key(hole, text): (hole, text) for hole, text in texts}
        missing = [(k, v) for k, v in fresh.items() if k not in self._known and not is_sure(*v)]
        for first in range(0, len(missing), SAVE_EVERY):
            batch = missing[first : first + SAVE_EVERY]
            found = await asyncio.gather(*(passes(hole, text) for _, (hole, text) in batch))
            self._known |= {key: verdict for (key, _), verdict in zip(batch, found, strict=True)}
            self.save()

    def passed(self, hole: Cut, text: str) -> bool:
        """Return the verdict on a text that was judged."""
        return _is_answer(hole, text) or self._known.get(_key(hole, text), False)

    def save(self) -> None:
        """Write the verdicts, in the order of their keys."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps(dict(sorted(self._known.items())), indent=0).encode()
        self._file.write_bytes(gzip.compress(content, 9, mtime=0))


def is_sure(hole: Cut, text: str) -> bool:
    """Whether no test need be run: the answer itself passes, nothing fails (both were tried when
    the hole was chosen)."""
    return _is_answer(hole, text) or not text.strip()


def _is_answer(hole: Cut, text: str) -> bool:
    return text.rstrip() == hole.answer.rstrip()


def _key(hole: Cut, text: str) -> str:
    content = "\0".join([hole.id, hole.filled(text), *hole.tests])
    return hashlib.sha256(content.encode()).hexdigest()[:24]
