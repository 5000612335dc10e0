"""Finds the process of an embedded model, or starts it, once, whoever asks first."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gearshift.core.clock import Clock, SystemClock
from gearshift.core.errors import SetupNeeded, Unavailable
from gearshift.providers.local.lock import locked
from gearshift.providers.local.resident import (
    USE_SECONDS,
    HostFiles,
    HostState,
    Resident,
    state_folder,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

HOST_COMMAND = (sys.executable, "-m", "gearshift.providers.local.host")
_START_SECONDS = 180.0
"""Longest wait for a model to load: 1.1 GB from a slow disk."""
_POLL_SECONDS = 0.05
_CHILDREN: list[subprocess.Popen[bytes]] = []
"""What this process started; kept so that those which ended can be taken off the process table."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a loaded model answers."""

    url: str
    key: str


class Launcher:
    """Processes of embedded models, shared by every window and command line of the user."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        command: Sequence[str] = HOST_COMMAND,
        tell: Callable[[str], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`tell` is given a sentence when a model begins to load and when it is ready."""
        self._folder = folder
        self._command = tuple(command)
        self._tell = tell or _be_quiet
        self._clock = clock or SystemClock()
        self._endpoints: dict[Resident, Endpoint] = {}
        self._files: dict[Resident, HostFiles] = {}
        self._opening: dict[Resident, asyncio.Future[Endpoint]] = {}
        self._shared: dict[Resident, float] = {}
        """What is served by a process with other settings, and since when it is known."""

    async def endpoint(self, resident: Resident) -> Endpoint:
        """Return where `resident` answers, loading it first if nobody has.

        A caller that is cancelled leaves the loading going on for the next. Raises SetupNeeded
        when its file or llama.cpp is missing, Unavailable when it does not start.
        """
        known = self._endpoints.get(resident)
        shared_at = self._shared.get(resident)
        is_due = shared_at is not None and self._clock.monotonic() - shared_at >= USE_SECONDS
        if known and not is_due and self.beat(resident):
            return known
        opening = self._opening.get(resident)
        if opening is None:
            opening = asyncio.ensure_future(self._open(resident))
            opening.add_done_callback(lambda _: self._opening.pop(resident, None))
            self._opening[resident] = opening
        return await asyncio.shield(opening)

    def beat(self, resident: Resident) -> bool:
        """Keep `resident` from its idle stop; False when none is known that answers."""
        files = self._files.get(resident)
        if files is None or not files.beat():
            return False
        files.mark()
        return True

    def reason_shared(self, resident: Resident) -> str | None:
        """Return why `resident` is served with other settings than it has; None: it is not."""
        files = self._prepare(resident)
        state = files.read_state()
        if state is None or not state.unlike(resident):
            return None
        if not files.is_used_elsewhere() or not files.is_alive():
            return None
        return (
            f"{resident.name} is in use by another window, for which it was loaded"
            f" {state.unlike(resident)}; this one's settings count once the other has not used it"
            f" for {USE_SECONDS / 60:.0f} minutes."
        )

    async def is_alive(self, resident: Resident) -> bool:
        """Whether a process of `resident` lives; a dead one's leftovers are removed."""
        files = await asyncio.to_thread(self._prepare, resident)
        alive = await asyncio.to_thread(files.is_alive)
        if not alive:
            self._endpoints.pop(resident, None)
        return alive

    @asynccontextmanager
    async def turn(self, resident: Resident) -> AsyncGenerator[None, None]:
        """Hold the place for heavy requests to `resident` against all other processes."""
        files = await asyncio.to_thread(self._prepare, resident)
        async with locked(files.turn):
            yield

    async def stop(self, resident: Resident) -> None:
        """End the process of `resident`, if there is one, and wait until it has."""
        files = await asyncio.to_thread(self._prepare, resident)
        self._endpoints.pop(resident, None)
        async with locked(files.start):
            alive = True
            while alive:
                # Each time: one that is still loading writes its state only when it has loaded.
                files.remove_state()
                await asyncio.sleep(_POLL_SECONDS)
                alive = await asyncio.to_thread(files.is_alive)
        _reap()

    def log_file(self, resident: Resident) -> Path:
        """Return where the process of `resident` writes what went wrong."""
        return self._prepare(resident).log

    async def _open(self, resident: Resident) -> Endpoint:
        files = await asyncio.to_thread(self._prepare, resident)
        async with locked(files.start):
            state = await self._find(files, resident) or await self._start(files, resident)
        files.mark()
        self._endpoints[resident] = Endpoint(state.url, state.key)
        return self._endpoints[resident]

    def _prepare(self, resident: Resident) -> HostFiles:
        files = self._files.get(resident)
        if files is None:
            files = HostFiles(self._folder or state_folder(), resident.key)
            files.prepare()
            self._files[resident] = files
        return files

    async def _find(self, files: HostFiles, resident: Resident) -> HostState | None:
        """Return the state of a live process, waiting for one that is loading; else clean up."""
        give_up = self._clock.monotonic() + _START_SECONDS
        while await asyncio.to_thread(files.is_alive):
            state = files.read_state()
            why = await asyncio.to_thread(self.reason_shared, resident)
            if state and state.unlike(resident) and not why:
                files.remove_state()
            elif state and files.beat():
                self._share(resident, why)
                return state
            elif self._clock.monotonic() > give_up:
                raise Unavailable(self._failed(files, resident, "it takes too long to load"))
            await asyncio.sleep(_POLL_SECONDS)
        files.remove_state()
        return None

    def _share(self, resident: Resident, why: str | None) -> None:
        if why is None:
            self._shared.pop(resident, None)
            return
        if resident not in self._shared:
            self._tell(f"The embedded model {why}")
        self._shared[resident] = self._clock.monotonic()

    async def _start(self, files: HostFiles, resident: Resident) -> HostState:
        self._check(resident)
        self._tell(f"Loading the embedded model {resident.name}…")
        begun = self._clock.monotonic()
        child = await asyncio.to_thread(self._spawn, files, resident)
        _CHILDREN.append(child)
        while True:
            state = files.read_state()
            seconds = self._clock.monotonic() - begun
            # The old state was removed: a new one is the child's, or that of a process which was
            # started by a window that died in the meantime. The child then ends by itself.
            if state:
                self._tell(f"The embedded model {resident.name} is ready ({seconds:.1f} s).")
                return state
            if child.poll() is not None:
                raise Unavailable(self._failed(files, resident, files.last_words()))
            if seconds > _START_SECONDS:
                child.kill()
                raise Unavailable(self._failed(files, resident, "it takes too long to load"))
            await asyncio.sleep(_POLL_SECONDS)

    def _check(self, resident: Resident) -> None:
        _reap()
        if not resident.path.is_file():
            raise SetupNeeded(
                f"The model file {resident.path} is not there: run `gearshift models pull "
                f"{resident.name}`, or correct `path` if the file is your own."
            )
        if self._command == HOST_COMMAND and find_spec("xllamacpp") is None:
            raise SetupNeeded(
                "The embedded model needs llama.cpp: run `pip install 'gearshift[local]'`."
            )

    def _spawn(self, files: HostFiles, resident: Resident) -> subprocess.Popen[bytes]:
        command = [*self._command, "--model", str(resident.path.absolute())]
        command += ["--name", resident.name, "--context", str(resident.context)]
        command += ["--folder", str(files.folder), "--files-key", resident.key]
        command += ["--idle", str(resident.idle_seconds), "--options", resident.options]
        if resident.gpu_layers is not None:
            command += ["--gpu-layers", str(resident.gpu_layers)]
        if resident.threads is not None:
            command += ["--threads", str(resident.threads)]
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        log = os.open(files.log, flags, 0o600)
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=files.folder,
                start_new_session=sys.platform != "win32",
                creationflags=_detached(),
            )
        finally:
            os.close(log)

    def _failed(self, files: HostFiles, resident: Resident, why: str) -> str:
        return f"The embedded model {resident.name} did not start ({why}); its log is {files.log}."


def _reap() -> None:
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]


def _be_quiet(sentence: str) -> None:
    del sentence


def _detached() -> int:
    """Return the flags with which Windows starts a process that outlives its parent's console."""
    if sys.platform == "win32":
        return subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0
