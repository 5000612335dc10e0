"""One loaded model as its process and its clients see it: files, state, heartbeat, liveness.

The process holds `lock` from its first moment to its last, so whether it lives is asked of the
system and not of a process number that another program may have by now. It writes `state` once it
answers. Each client touches `state` for every request, which is the heartbeat; removing or
replacing `state` tells the process to end.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from gearshift import __version__
from gearshift.providers.local.lock import try_lock

IDLE_SECONDS = 600.0
USE_SECONDS = 120.0
"""A process counts as in use so long after a request; until then no other window ends it."""
FORGET_SECONDS = 86_400.0
"""After so long the mark of a client is removed."""


@dataclass(frozen=True, slots=True)
class Resident:
    """A model to be loaded: what it is called, its file, how much context it gets."""

    name: str
    path: Path
    context: int
    """Tokens of prompt and answer together."""
    gpu_layers: int | None = None
    """Layers on a graphics card; None: as many as fit."""
    threads: int | None = None
    """None: the physical cores."""
    idle_seconds: float = IDLE_SECONDS
    """Without a request for so long, it is unloaded."""

    @property
    def options(self) -> str:
        """What its process must have been started with, beside its context; empty: as usual.

        Not the idle time: windows that differ in it would end each other's process in turn.
        """
        if self.gpu_layers is None and self.threads is None:
            return ""
        return f"{self.gpu_layers} {self.threads}"

    @property
    def key(self) -> str:
        """What its files are called: the name, and a mark of the model file's path."""
        mark = hashlib.sha256(os.fsencode(self.path.absolute())).hexdigest()[:8]
        return f"{re.sub(r'[^A-Za-z0-9.-]+', '-', self.name)}-{mark}"


@dataclass(frozen=True, slots=True)
class HostState:
    """What a process writes of itself once it answers."""

    pid: int
    started: float
    """Unix time."""
    url: str
    key: str
    """Bearer key that requests must carry."""
    model: str
    context: int
    version: str
    """Gearshift's version: after an update the old process is replaced."""
    options: str = ""
    """`Resident.options` of whoever started it."""

    def unlike(self, resident: Resident) -> str:
        """Return in words what of it is not as `resident` wants it; empty: nothing."""
        found: list[str] = []
        if self.version != __version__:
            found.append(f"by Gearshift {self.version}")
        if self.context != resident.context:
            found.append(f"with a context of {self.context:,} tokens")
        if self.options != resident.options:
            found.append("with other `threads` or `gpuLayers`")
        return " and ".join(found)


class HostFiles:
    """The files of one loaded model in the user's state folder."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self.state = folder / f"{key}.json"
        self.lock = folder / f"{key}.lock"
        """Held by the process as long as it lives."""
        self.start = folder / f"{key}.start"
        """Held by whoever is about to start one."""
        self.turn = folder / f"{key}.turn"
        """Held by the process whose heavy request is answered."""
        self.log = folder / f"{key}.log"

    def prepare(self) -> None:
        """Make the folder, readable by its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def is_alive(self) -> bool:
        """Whether a process of this model lives, loaded or still loading."""
        try:
            descriptor = os.open(self.lock, os.O_RDWR)
        except OSError:
            return False
        try:
            return not try_lock(descriptor)
        finally:
            os.close(descriptor)

    def read_state(self) -> HostState | None:
        """Return what the process wrote; None when there is nothing or it can't be read."""
        try:
            said = json.loads(self.state.read_text(encoding="utf-8"))
            # Another version of Gearshift may say more of its process.
            return HostState(**{f.name: said[f.name] for f in fields(HostState) if f.name in said})
        except (OSError, ValueError, TypeError):
            return None

    def write_state(self, state: HostState) -> None:
        """Put `state` in place at once and whole, readable by its owner only."""
        # mkstemp makes the file with mode 0600.
        descriptor, temporary = tempfile.mkstemp(prefix=".state-", dir=self.folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file)
        Path(temporary).replace(self.state)

    def remove_state(self, pid: int | None = None) -> None:
        """Remove the state, or only that of the process `pid`."""
        state = self.read_state()
        if pid is None or (state is not None and state.pid == pid):
            self.state.unlink(missing_ok=True)

    def mark(self) -> None:
        """Note that this process uses it now."""
        with suppress(OSError):
            self._mark_of(os.getpid()).touch()

    def is_used_elsewhere(self) -> bool:
        """Whether another process has used it in the last `USE_SECONDS`."""
        now, own, is_used = time.time(), self._mark_of(os.getpid()), False
        for mark in self.folder.glob(self._mark_of("*").name):
            with suppress(OSError):
                age = now - mark.stat().st_mtime
                if age > FORGET_SECONDS:
                    mark.unlink()
                elif age < USE_SECONDS and mark != own:
                    is_used = True
        return is_used

    def _mark_of(self, pid: int | str) -> Path:
        return self.state.with_suffix(f".used-{pid}")

    def beat(self) -> bool:
        """Keep the process from its idle stop; False when there is none that answers."""
        try:
            os.utime(self.state)
        except OSError:
            return False
        return True

    def last_words(self) -> str:
        """Return the last line of the log, for a message."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return "it left no log"
        return lines[-1][:300] if lines else "it left no log"


def state_folder() -> Path:
    """Return the user's folder for the state of embedded models."""
    from platformdirs import user_state_path

    return user_state_path("gearshift", appauthor=False) / "local"
