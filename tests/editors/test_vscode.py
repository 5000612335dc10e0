"""Real VS Code with the packaged extension: one user's tour, and a server that is missing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.editors import install, story, vscode

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.editor

CLIENT = install.ROOT / "clients/vscode"
PICTURES = install.CACHE / "pictures"
SECONDS = 480.0
KEY = "a-key-that-opens-nothing"
NAMES = {"mini": "gpt-6-luna", "full": "gpt-6.1-sol"}
"""Models with a price, so that there is money to show."""


@pytest.fixture(scope="module")
def vsix() -> Path:
    """The extension, packaged from the checkout."""
    npm = shutil.which("npm")
    assert npm is not None, "npm is needed to build the extension"
    if not (CLIENT / "node_modules/esbuild").exists():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=CLIENT, check=True)
    subprocess.run([npm, "run", "-s", "package"], cwd=CLIENT, check=True, capture_output=True)
    return CLIENT / "gearshift.vsix"


def toured(
    folder: Path,
    vsix: Path,
    script: str,
    command: list[str],
    machine: Mapping[str, str] | None = None,
) -> Mapping[str, str]:
    """Return what was seen at each step of a tour, by the step's name.

    `machine`: variables of the editor's environment that differ.
    """
    code, browser = install.code_server(), install.chromium()
    vscode.install_extension(code, folder, vsix)
    shop = furnished(folder, command)
    with vscode.running(code, folder, variables=machine) as address:
        variables = {
            "ADDRESS": address,
            "SERVER_PID": str(folder / "server.pid"),
            "WORKSPACE": str(shop.workspace),
            "INSTRUCTION": story.INSTRUCTION,
            "KEY": KEY,
            "PICTURES": str(PICTURES),
        }
        tour = Path(__file__).with_name(script)
        steps = vscode.tour(code, browser, tour, variables, SECONDS)
    return {step["step"]: step["text"] for step in steps}


def furnished(folder: Path, command: list[str]) -> story.Story:
    """Return the story's workspace, with its settings as the user's."""
    shop = story.begin(folder)
    for name, model in NAMES.items():
        shop.settings["models"][name]["model"] = model
    vscode.write_settings(folder, {**flat(shop.settings), "gearshift.serverCommand": command})
    return shop


def flat(settings: Mapping[str, Any], prefix: str = "gearshift") -> dict[str, Any]:
    """Return settings as VS Code names them; tables of the user's own names stay whole."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        key = f"{prefix}.{name}"
        is_group = isinstance(value, dict) and name != "models"
        found.update(flat(value, key) if is_group else {key: value})
    return found


def told_pid(folder: Path) -> list[str]:
    """Return a command that writes its process's id into `folder` and becomes the server."""
    program = (
        "import os, pathlib, runpy, sys;"
        f"path = pathlib.Path({str(folder / 'server.pid')!r});"
        # Put there whole: the tour reads it at any moment.
        "new = path.with_suffix('.new'); new.write_text(str(os.getpid())); new.replace(path);"
        "sys.argv = ['gearshift', 'serve']; runpy.run_module('gearshift', run_name='__main__')"
    )
    return [sys.executable, "-c", program]


def test_a_user_is_served_from_the_first_key_to_the_end_of_the_quota(
    tmp_path: Path, vsix: Path
) -> None:
    seen = toured(tmp_path, vsix, "vscode_tour.mjs", told_pid(tmp_path))

    assert seen["ghost"].replace("\n", "") == story.SUGGESTION
    assert story.SUGGESTION.endswith(seen["rest"].replace("\n", ""))
    assert story.COMPLETED.strip() in seen["accepted"]
    counts = counted(tmp_path)
    assert (counts["accepted_part"], counts["accepted"]) == (1, 1)
    assert counts["shown"] >= 1, "what was accepted was shown, and another may have been after it"
    assert 'return f"😀 {amount}"' in seen["refactored"]
    assert story.EXPLANATION in seen["explained"]
    shop = tmp_path / "shop"
    assert "def test_label_rounds" in next(shop.rglob("test_*.py")).read_text("utf-8")
    assert "Return the total with two decimals" in (shop / "shop.py").read_text("utf-8")

    assert "has-background-color" in seen["colour at 80"]
    assert "warning" in seen["colour at 80"]
    assert "error" in seen["colour at 90"]
    assert "full → saver" in seen["shifts"]
    assert re.match(r"9\d% used, 1[89],\d{3} of 20,000 tokens", seen["meter"])
    assert re.search(r"full 9\d%.* your choice · paused", seen["paused"])
    assert json.loads(seen["names"]) == []
    assert "budget day" in seen["tooltip"]

    assert seen["key"] == "true", "the server's environment has the key"
    settings = (tmp_path / "user").rglob("settings.json")
    assert not any(KEY in path.read_text("utf-8") for path in settings)


def counted(folder: Path) -> dict[str, int]:
    """Return what the ledger of an editor's user counts of suggestions."""
    path = next((folder / "state").rglob("ledger.sqlite"))
    with contextlib.closing(sqlite3.connect(path)) as ledger:
        return dict(ledger.execute("SELECT name, n FROM counter"))


def test_the_extensions_own_tests_pass_in_the_real_extension_host(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    assert npm is not None
    for arguments in (["run", "-s", "build"], ["exec", "--", "node", "build.mjs", "--tests"]):
        subprocess.run([npm, *arguments], cwd=CLIENT, check=True, capture_output=True)
    code, browser = install.code_server(), install.chromium()
    shop = furnished(tmp_path, told_pid(tmp_path))
    with vscode.running(code, tmp_path, "--vscode-option", "enable-smoke-test-driver") as address:
        variables = {
            "ADDRESS": address,
            "WORKSPACE": str(shop.workspace),
            "EXTENSION": str(CLIENT),
            "TESTS": str(CLIENT / "out/host/index.js"),
            "PICTURES": str(PICTURES),
        }
        script = Path(__file__).with_name("vscode_host.mjs")
        steps = vscode.tour(code, browser, script, variables, SECONDS)
    assert [step for step in steps if step["step"] == "not ok"] == []
    assert steps[-1] == {"step": "ran", "text": str(len(steps) - 1)}


def test_a_machine_without_the_server_gets_it_from_the_extension(
    tmp_path: Path, vsix: Path
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    base = Path(sys.base_prefix) / "bin" / "python3"
    (programs / "python3").symlink_to(base)
    machine = {
        "PATH": os.pathsep.join([str(programs), "/usr/bin", "/bin"]),
        "HOME": str(tmp_path),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(install.wheels()),
    }

    seen = toured(tmp_path, vsix, "vscode_first.mjs", [], machine)

    assert "setting up its server" in seen["progress"]
    made = next((tmp_path / "user").glob("User/globalStorage/*/server-*/.gearshift-ready"))
    assert made.read_text("utf-8").endswith(".whl")
    assert (made.parent / "bin/gearshift").exists()


def test_a_missing_server_is_told_with_what_to_do(tmp_path: Path, vsix: Path) -> None:
    seen = toured(tmp_path, vsix, "vscode_missing.mjs", ["no-such-server"])
    assert "`no-such-server` (the setting gearshift.serverCommand)" in seen["message"]
    assert "pipx install gearshift" in seen["message"]
