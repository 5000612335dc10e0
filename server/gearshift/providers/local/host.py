"""The background process of one embedded model: `python -m gearshift.providers.local.host`.

It serves one user's windows and command lines on loopback, behind a random key, through
llama.cpp's own HTTP server. It ends by itself: idle for long, its state file removed or replaced,
or asked by a signal.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from gearshift import __version__
from gearshift.providers.local.lock import try_lock
from gearshift.providers.local.resident import IDLE_SECONDS, HostFiles, HostState

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence
    from types import FrameType

LOOK_SECONDS = 2.0
"""How often the state file is looked at; its removal takes this long to be noticed."""
_LOCK_SECONDS = 15.0
"""Longest wait for a predecessor to end, or for a client that is asking who lives."""
_LOG_BYTES = 1 << 20
SPIN_COUNT = "3000"
"""Turns that a thread of llama.cpp waits awake; measured in docs/decisions/0012."""
_BEAT_SECONDS = 5
"""Pause between signs of life; llama.cpp's own 30 s would be too long for a short time limit."""
_SPARE_CACHE_MIB = 128
"""Room for prompts read earlier: 10,000 tokens of the 0.5B; llama.cpp would take up to 8 GiB."""


@dataclass(frozen=True, slots=True)
class HostOptions:
    """What a process is started with."""

    model: Path
    name: str
    context: int
    folder: Path
    files_key: str
    idle: float
    options: str = ""
    """What the state says it was started with, for those who look for such a process."""
    gpu_layers: int | None = None
    threads: int | None = None


class Served(Protocol):
    """A server that runs in threads of its own."""

    @property
    def listening_address(self) -> str:
        """`http://127.0.0.1:port`."""
        ...


def read_options(arguments: Sequence[str]) -> HostOptions:
    """Return the options given as command-line `arguments`."""
    parser = argparse.ArgumentParser(prog="gearshift.providers.local.host", allow_abbrev=False)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--files-key", required=True)
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS)
    parser.add_argument("--options", default="")
    parser.add_argument("--gpu-layers", type=int)
    parser.add_argument("--threads", type=int)
    return HostOptions(**vars(parser.parse_args(arguments)))


def load(options: HostOptions, key: str) -> Served:
    """Load the model and start llama.cpp's server; return when it answers."""
    _let_threads_sleep(os.environ)
    # Its types can't be read, so it is imported as Any.
    xllamacpp: Any = import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(options.model)
    params.model_alias = {options.name}
    params.api_keys = [key]
    # It listens on 127.0.0.1 unless told otherwise; 0 lets the system choose.
    params.port = 0
    params.ui = False
    params.verbosity = 1
    params.n_ctx = options.context
    # Two requests share the context, so that an inline completion does not wait for a heavy
    # action, and each keeps what it has read: by default a new request clears the other's.
    params.n_parallel = 2
    params.kv_unified = True
    params.cache_idle_slots = False
    params.cache_ram_mib = _SPARE_CACHE_MIB
    # Sent while a prompt is read and while the request waits for its turn, so that a slow machine's
    # model is not taken for one that hangs: `timeoutSeconds` is about silence.
    params.sse_ping_interval = _BEAT_SECONDS
    if options.gpu_layers is not None:
        params.n_gpu_layers = options.gpu_layers
    if options.threads is not None:
        params.cpuparams.n_threads = options.threads
        params.cpuparams_batch.n_threads = options.threads
    return xllamacpp.Server(params)


def _let_threads_sleep(environment: MutableMapping[str, str]) -> None:
    """Say, before llama.cpp is loaded, how long its threads wait for each other without sleeping.

    By default a thread keeps its core until the other one, whose core some other program has, comes
    along: on a busy machine a reply then takes ten times as long. See docs/decisions/0012.
    """
    if "OMP_WAIT_POLICY" not in environment:
        environment.setdefault("GOMP_SPINCOUNT", SPIN_COUNT)


def run(
    options: HostOptions,
    load: Callable[[HostOptions, str], Served] = load,
    look_seconds: float = LOOK_SECONDS,
) -> int:
    """Serve until something ends it; return the exit code."""
    files = HostFiles(options.folder, options.files_key)
    files.prepare()
    lock = os.open(files.lock, os.O_RDWR | os.O_CREAT, 0o600)
    if not _take(lock):
        sys.stderr.write("Another process serves this model.\n")
        return 1
    key = secrets.token_urlsafe(32)
    server = load(options, key)
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        ended.set()

    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, end)
    state = HostState(
        os.getpid(),
        time.time(),
        server.listening_address,
        key,
        options.name,
        options.context,
        __version__,
        options.options,
    )
    files.write_state(state)
    while not ended.wait(look_seconds) and _is_wanted(files, state.pid, options.idle):
        _bound_log()
    files.remove_state(state.pid)
    return 0


def _take(lock: int) -> bool:
    give_up = time.monotonic() + _LOCK_SECONDS
    while not try_lock(lock):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def _is_wanted(files: HostFiles, pid: int, idle: float) -> bool:
    state = files.read_state()
    if state is None or state.pid != pid:
        return False
    try:
        return time.time() - files.state.stat().st_mtime < idle
    except OSError:
        return False


def _bound_log() -> None:
    try:
        if os.fstat(2).st_size > _LOG_BYTES:
            os.ftruncate(2, 0)
    except OSError:
        return


def main() -> None:
    """Run with the command line's arguments."""
    code = run(read_options(sys.argv[1:]))
    sys.stderr.flush()
    # llama.cpp's threads may be in the middle of an answer that nobody waits for any more.
    os._exit(code)


if __name__ == "__main__":
    main()
