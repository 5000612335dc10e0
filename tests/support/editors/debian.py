"""A Debian package and all that it needs, unpacked into a folder: the system stays as it is.

The folder holds its own C library, so programs of a newer Debian run on an older one.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SECONDS = 300


class EditorMissing(Exception):
    """The editor can't be installed here; the message says what was tried."""


def unpack(
    package: str,
    suites: Sequence[str],
    folder: Path,
    *,
    beside: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Path:
    """Return `folder`, with `package` and its dependencies in it, the last suite preferred.

    The packages of `beside` come with it; those of `without` are left out, and the system's own
    serve in their place.

    Raises EditorMissing where apt or its mirror can't provide it.
    """
    if (folder / "ready").exists():
        return folder
    state = folder / "apt"
    for name in ("lists/partial", "cache/archives/partial", "debs"):
        (state / name).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    mirror = _mirror()
    sources = "".join(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n" for suite in suites)
    (state / "sources.list").write_text(sources)
    (state / "apt.conf").write_text(_CONFIGURATION.format(state=state))
    environment = {**os.environ, "APT_CONFIG": str(state / "apt.conf")}
    _run(["apt-get", "update"], environment)
    plan = _run(
        ["apt-get", "install", "-y", "-t", suites[-1], "--print-uris", package, *beside],
        environment,
    )
    found = [line.split()[1].split("_")[0] for line in plan.splitlines() if line.startswith("'")]
    names = [name for name in found if name not in without]
    if package not in names:
        raise EditorMissing(f"apt has no {package} in {suites[-1]}")
    _run(["apt-get", "download", "-t", suites[-1], *names], environment, cwd=state / "debs")
    for archive in sorted((state / "debs").glob("*.deb")):
        _run(["dpkg", "-x", str(archive), str(folder)], environment)
        archive.unlink()
    (folder / "ready").touch()
    return folder


def command(folder: Path, program: str) -> list[str]:
    """Return the start of a command line for `program`, run with the folder's own C library."""
    # A merged /usr (Debian 13) has it in the first place, an older Debian in the second.
    loader = next(
        path
        for place in ("usr/lib", "lib")
        for path in sorted(folder.glob(f"{place}/*-linux-gnu*/ld-linux-*.so.*"))
    )
    target = str(folder / program)
    return [str(loader), "--library-path", libraries(folder), "--argv0", target, target]


def libraries(folder: Path) -> str:
    """Return the folder's library folders as a search path."""
    places = ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/pulseaudio")
    return ":".join(str(path) for place in places for path in sorted(folder.glob(place)))


_CONFIGURATION = """\
Dir::Etc::sourcelist "{state}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "{state}/lists";
Dir::State::status "{state}/status";
Dir::Cache "{state}/cache";
APT::Install-Recommends "false";
"""


def _mirror() -> str:
    """The Debian mirror in this machine's own apt sources."""
    listing = _run(["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)"], None)
    for line in listing.splitlines():
        origin, _, address = line.partition(" ")
        # Before the machine's first `apt-get update` no origin is known.
        is_debian = origin == "Debian" or address.rstrip("/").endswith("/debian")
        if is_debian and "security" not in address:
            return address
    raise EditorMissing("apt on this machine knows no Debian mirror")


def _run(arguments: list[str], environment: dict[str, str] | None, cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(
            arguments, env=environment, cwd=cwd, capture_output=True, text=True, timeout=SECONDS
        )
    except OSError as error:
        raise EditorMissing(f"{arguments[0]} can't be started: {error}") from error
    if done.returncode:
        raise EditorMissing(f"{' '.join(arguments[:4])} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
