"""Replies that were generated once and are kept: by model and prompt, in one committed file."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from benchmarks.cut.places import RESULTS, STORE

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.cut.job import Job


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model wrote, at temperature 0."""

    text: str
    tokens: int
    prompt_tokens: int
    """As the model counts."""
    seconds: float
    """Reading the prompt and writing, on a machine that others use too."""
    has_ended: bool
    """Whether the model ended it by itself; else there could be more."""

    def serves(self, job: Job) -> bool:
        """Whether no more than this would be asked for again."""
        return self.has_ended or self.tokens >= job.max_tokens or job.is_enough(self.text)


def key_of(model: str, job: Job) -> str:
    """Return what a prompt's reply is kept under."""
    begun = f"\0{job.beginning}" if job.beginning else ""
    return hashlib.sha256(f"{model}\0{job.prompt}{begun}".encode()).hexdigest()[:32]


class Replies:
    """The kept replies of one model."""

    def __init__(self, model: str, folder: Path = RESULTS) -> None:
        self.model = model
        self._file = folder / f"replies-{model}.jsonl.gz"
        self._rows: dict[str, Reply] = {}
        self._read()

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, job: Job) -> Reply | None:
        """Return the kept reply if it is long enough."""
        reply = self._rows.get(key_of(self.model, job))
        return reply if reply and reply.serves(job) else None

    def keep(self, job: Job, reply: Reply) -> None:
        """Keep a reply; it is written with the next `save`."""
        self._rows[key_of(self.model, job)] = reply

    def _read(self) -> None:
        if self._file.exists():
            with gzip.open(self._file, "rt", encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    key = row.pop("key")
                    self._rows.setdefault(key, Reply(**row))

    def save(self) -> None:
        """Write the file anew, in the order of the keys, so that equal content is an equal file.

        What another process has saved meanwhile is kept too.
        """
        self._file.parent.mkdir(parents=True, exist_ok=True)
        STORE.mkdir(parents=True, exist_ok=True)
        with (STORE / f"{self._file.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._read()
            self._write()

    def _write(self) -> None:
        rows = (json.dumps({"key": k, **asdict(r)}) for k, r in sorted(self._rows.items()))
        content = "".join(f"{row}\n" for row in rows).encode()
        temporary = self._file.with_suffix(".part")
        temporary.write_bytes(gzip.compress(content, 9, mtime=0))
        temporary.replace(self._file)
