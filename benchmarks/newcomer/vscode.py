"""VS Code: the extension into a fresh profile of code-server; the server comes out of it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.newcomer import server
from benchmarks.newcomer.steps import FIRST_SECONDS, NEXT
from tests.support.editors import install, vscode

if TYPE_CHECKING:
    from benchmarks.newcomer.steps import Steps

SECONDS = 900.0


def walk(folder: Path, steps: Steps, wheel: Path) -> None:
    """Install the extension, open a file, type until there is ghost text."""
    del wheel  # the extension brings its own
    code, browser = install.code_server(), install.chromium()
    extension = vscode.packaged()
    programs = folder / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.base_prefix) / "bin/python3")
    machine = {
        "PATH": os.pathsep.join([str(programs), "/usr/bin", "/bin"]),
        "HOME": str(folder),
        "PIP_NO_CACHE_DIR": "1",
    }
    vscode.write_settings(folder, {})
    steps.begin()
    vscode.install_extension(code, folder, extension)
    steps.done("client installed")
    try:
        with vscode.running(code, folder, variables=machine) as address:
            variables = {
                "ADDRESS": address,
                "WORKSPACE": str(folder / "project"),
                "PICTURES": str(install.CACHE / "pictures"),
                "PATIENCE_MS": str(int(FIRST_SECONDS * 1000)),
                "NEXT": NEXT,
            }
            tour = Path(__file__).with_name("vscode.mjs")
            seen = vscode.tour(code, browser, tour, variables, SECONDS)
    finally:
        asyncio.run(server.stop_models(folder / "state"))
    for step in seen:
        steps.took(step["step"], float(step["text"]))
