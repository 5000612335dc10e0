"""The rungs of isolation: how a command is wrapped so that it reaches neither network nor files."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Isolation = Literal["bwrap", "unshare", "none"]
"""`bwrap` and `unshare`: own network, processes, files. `none`: only resource limits."""

SYSTEM_FOLDERS = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc",
    "/opt",
    "/nix",
    "/run/current-system",
)
"""All of the machine that sandboxed code sees. `/home`, `/root`, `/var` and `/run` stay out: they
hold keys and the sockets of agents and daemons, which a network namespace does not close."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A folder or file of the machine, and where sandboxed code sees it."""

    source: Path
    target: Path
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use."""

    wall_seconds: float = 60.0
    address_space: int = 4 << 30
    """Bytes of virtual memory for each process. Not less: numpy's thread pools alone reserve more
    than 1 GiB on a machine with many cores, and reserve it without using it."""
    file_bytes: int = 16 << 20
    """Bytes of the largest file that may be written."""
    processes: int = 256
    """Processes and threads at one time."""
    output_bytes: int = 256 << 10
    """Bytes of output that are kept; the rest is read and dropped."""


_LIMITED = (
    'ulimit -c 0; ulimit -t "$1" 2>/dev/null; ulimit -f "$2" 2>/dev/null; '
    'ulimit -v "$3" 2>/dev/null; '
    'if [ "$4" != 0 ]; then ulimit -p "$4" 2>/dev/null || ulimit -u "$4" 2>/dev/null; fi; '
    'shift 4; exec "$@"'
)
"""dash and busybox count processes with -p, bash with -u. macOS has no -v and goes without."""


def limited(command: Sequence[str], limits: Limits, *, namespaced: bool) -> list[str]:
    """Return `command` under resource limits; unchanged on Windows, which has no ulimit.

    Processes are limited only in a user namespace of a kernel that counts them there (5.14);
    elsewhere the limit would count everything that the user runs.
    """
    if sys.platform == "win32":
        return list(command)
    processes = limits.processes if namespaced and _kernel() >= (5, 14) else 0
    numbers = (
        int(limits.wall_seconds) + 1,
        limits.file_bytes // 512,
        limits.address_space // 1024,
        processes,
    )
    return ["/bin/sh", "-c", _LIMITED, "sh", *map(str, numbers), *command]


def _kernel() -> tuple[int, int]:
    if not sys.platform.startswith("linux"):
        return (0, 0)
    major, _, rest = os.uname().release.partition(".")
    minor = "".join(c if c.isdigit() else " " for c in rest).split()
    return (int(major), int(minor[0])) if major.isdigit() and minor else (0, 0)


def wrap(
    isolation: Isolation, command: Sequence[str], mounts: Sequence[Mount], folder: Path
) -> list[str]:
    """Return the command line that runs `command` in `folder` seeing only `mounts`."""
    if isolation == "bwrap":
        return _bwrap(command, mounts, folder)
    if isolation == "unshare":
        return _unshare(command, mounts, folder)
    return list(command)


def _all_mounts(mounts: Sequence[Mount]) -> list[Mount]:
    system = [Mount(Path(f), Path(f)) for f in SYSTEM_FOLDERS if Path(f).exists()]
    # A folder is mounted before what lies in it, whatever order the caller chose.
    return [*system, *sorted(mounts, key=lambda m: len(m.target.parts))]


def _bwrap(command: Sequence[str], mounts: Sequence[Mount], folder: Path) -> list[str]:
    line = ["bwrap", "--unshare-user", "--unshare-all", "--die-with-parent", "--new-session"]
    line += ["--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    for mount in _all_mounts(mounts):
        line += ["--bind" if mount.writable else "--ro-bind", str(mount.source), str(mount.target)]
    return [*line, "--remount-ro", "/", "--chdir", str(folder), "--", *command]


def _unshare(command: Sequence[str], mounts: Sequence[Mount], folder: Path) -> list[str]:
    """Build a root of our own out of bind mounts, as bwrap does, with util-linux alone."""
    steps = ["set -e", "PATH=$PATH:/usr/sbin:/sbin", 'root="$1"', "shift"]
    steps += ["mount -t tmpfs -o mode=755 gearshift $root", "cd $root"]
    # A mount of its own stays writable when the root is made read-only below.
    steps += ["mkdir tmp proc dev old", "mount -t tmpfs -o mode=1777,size=1g gearshift tmp"]
    for mount in _all_mounts(mounts):
        source, target = shlex.quote(str(mount.source)), f"$root{shlex.quote(str(mount.target))}"
        if mount.source.is_dir():
            steps.append(f"mkdir -p {target}")
        else:
            # What is there already, in a folder mounted before, is the project's own copy.
            steps.append(f'mkdir -p "$(dirname {target})"; [ -e {target} ] || : > {target}')
        steps.append(f"mount --bind {source} {target}")
        if not mount.writable:
            steps.append(f"mount -o remount,bind,ro {target}")
    for device in ("null", "zero", "random", "urandom"):
        steps.append(f": > $root/dev/{device}; mount --bind /dev/{device} $root/dev/{device}")
    steps.append("mount -t proc proc $root/proc")
    steps += ["pivot_root . old", "umount -l /old", "rmdir /old", "mount -o remount,ro /"]
    steps += [f"cd {shlex.quote(str(folder))}"]
    # This last one gives up the rights over these mounts that the first one gave.
    steps.append('exec unshare --user "$@"')
    outer = ["unshare", "--user", "--map-root-user", "--net", "--ipc", "--uts", "--pid", "--mount"]
    script = "\n".join(steps)
    return [*outer, "--fork", "--kill-child", "/bin/sh", "-c", script, "sh", _empty(), *command]


@lru_cache(maxsize=1)
def _empty() -> str:
    """Return an empty folder to build a root over; what is mounted there no one else sees."""
    import atexit
    import tempfile

    # A name that nobody can foresee, or another user could put a link of that name in its place.
    folder = tempfile.mkdtemp(prefix="gearshift-root-")
    atexit.register(_remove, folder)
    return folder


def _remove(folder: str) -> None:
    with suppress(OSError):
        Path(folder).rmdir()


def installed(isolation: Isolation) -> bool:
    """Whether the programs of this rung are on the machine; says nothing of being allowed."""
    return isolation == "none" or (
        sys.platform.startswith("linux") and shutil.which(isolation) is not None
    )
