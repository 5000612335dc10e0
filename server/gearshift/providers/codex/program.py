"""The `codex` program: where it is and whether it is new enough."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from gearshift.core.errors import SetupNeeded

INSTALL = "npm i -g @openai/codex"
OLDEST = (0, 151, 0)
"""The oldest app-server that OpenAI's own Python client takes (openai-codex 0.163)."""
_UNVERSIONED = (0, 0, 0)
"""What builds from source call themselves."""
_VERSION = re.compile(r"/(\d+)\.(\d+)\.(\d+)")


def find_program(path: str | None) -> str:
    """Return the program to run: `path`, else `codex` on PATH. Raises SetupNeeded."""
    if path is not None:
        found = shutil.which(Path(path).expanduser())
        if found is None:
            raise SetupNeeded(f"`path` in the settings names no program: there is no `{path}`.")
        return found
    found = shutil.which("codex")
    # One of the working folder, where Windows looks first, may be a cloned repository's.
    if found is None or not Path(found).is_absolute():
        raise SetupNeeded(
            f"A ChatGPT plan needs the program `codex`, which is not on PATH: run `{INSTALL}`, "
            "or set `path` of the model to where it is."
        )
    return found


def check_version(user_agent: str) -> None:
    """Raise SetupNeeded when the program, by what it calls itself, is too old to be used."""
    said = _VERSION.search(user_agent)
    version = tuple(map(int, said.groups())) if said else _UNVERSIONED
    if _UNVERSIONED < version < OLDEST:
        raise SetupNeeded(
            f"`codex` {_dotted(version)} is too old, Gearshift needs {_dotted(OLDEST)} or newer: "
            f"run `{INSTALL}`."
        )


def version_in(user_agent: str) -> str | None:
    """Return the version in what the program calls itself; None: there is none."""
    said = _VERSION.search(user_agent)
    return ".".join(said.groups()) if said else None


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
