"""Real VS Code with the packaged extension: one user's tour, and a server that is missing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.support.editors import install, story, vscode

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.editor

PICTURES = install.CACHE / "pictures"
SECONDS = 900.0
KEY = "a-key-that-opens-nothing"
NAMES = {"mini": "gpt-6-luna", "full": "gpt-6.1-sol"}
"""Models with a price, so that there is money to show."""
TRUST = "security.workspace.trust.enabled"
WARY = {TRUST: True, "security.workspace.trust.startupPrompt": "never"}


@pytest.fixture(scope="module")
def vsix() -> Path:
    """The extension, packaged from the checkout."""
    return vscode.packaged()


def toured(
    folder: Path,
    vsix: Path,
    script: str,
    command: list[str],
    machine: Mapping[str, str] | None = None,
    user: Mapping[str, Any] | None = None,
) -> Mapping[str, str]:
    """Return what was seen at each step of a tour, by the step's name.

    `machine`: variables of the editor's environment that differ; `user`: settings that do.
    """
    code, browser = install.code_server(), install.chromium()
    vscode.install_extension(code, folder, vsix)
    shop = furnished(folder, command, user)
    is_trusted = not (user or {}).get(TRUST)
    with vscode.running(code, folder, variables=machine, is_trusted=is_trusted) as address:
        variables = {
            "ADDRESS": address,
            "SERVER_PID": str(folder / "server.pid"),
            "WORKSPACE": str(shop.workspace),
            "INSTRUCTION": story.INSTRUCTION,
            "KEY": KEY,
            "PICTURES": str(PICTURES),
            "TWO_FOLDERS": str(folder / "two.code-workspace"),
        }
        tour = Path(__file__).with_name(script)
        steps = vscode.tour(code, browser, tour, variables, SECONDS)
    return {step["step"]: step["text"] for step in steps}


def furnished(
    folder: Path, command: list[str], user: Mapping[str, Any] | None = None
) -> story.Story:
    """Return the story's workspace, with its settings as the user's, and those of `user`."""
    shop = story.begin(folder)
    for name, model in NAMES.items():
        shop.settings["models"][name]["model"] = model
    own = {"gearshift.serverCommand": command, **(user or {})}
    vscode.write_settings(folder, {**vscode.flat(shop.settings), **own})
    return shop


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
    counts = vscode.counted(tmp_path)
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


def test_the_extensions_own_tests_pass_in_the_real_extension_host(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    assert npm is not None
    for arguments in (["run", "-s", "build"], ["exec", "--", "node", "build.mjs", "--tests"]):
        subprocess.run([npm, *arguments], cwd=vscode.CLIENT, check=True, capture_output=True)
    code, browser = install.code_server(), install.chromium()
    shop = furnished(tmp_path, told_pid(tmp_path))
    driver = ["--vscode-option", "enable-smoke-test-driver"]
    python = selected_python(tmp_path)
    with vscode.running(code, tmp_path, *driver, variables=python) as address:
        variables = {
            "ADDRESS": address,
            "WORKSPACE": str(shop.workspace),
            "EXTENSION": str(vscode.CLIENT),
            "TESTS": str(vscode.CLIENT / "out/host/index.js"),
            "PICTURES": str(PICTURES),
        }
        script = Path(__file__).with_name("vscode_host.mjs")
        steps = vscode.tour(code, browser, script, variables, SECONDS)
    assert [step for step in steps if step["step"] == "not ok"] == []
    assert steps[-1] == {"step": "ran", "text": str(len(steps) - 1)}


def test_windows_without_trust_with_two_folders_and_the_walkthrough(
    tmp_path: Path, vsix: Path
) -> None:
    shop, other = tmp_path / "shop", tmp_path / "other"
    other.mkdir()
    (shop / ".vscode").mkdir(parents=True)
    hostile = {"gearshift.serverCommand": ["no-such-server"], "gearshift.inline.enable": False}
    (shop / ".vscode/settings.json").write_text(json.dumps(hostile))
    (shop / ".gearshift.toml").write_text("[inline]\nenable = false\n")
    (shop / ".gearshiftignore").write_text("margins.py\n")
    for file in (shop / "margins.py", other / "cashier.py"):
        file.write_text(story.SHOP, encoding="utf-8")
    folders = [{"path": str(folder)} for folder in (shop, other)]
    (tmp_path / "two.code-workspace").write_text(json.dumps({"folders": folders}))

    seen = toured(tmp_path, vsix, "vscode_windows.mjs", told_pid(tmp_path), user=WARY)

    assert story.SUGGESTION in seen["ghost without trust"].replace("\n", "")
    assert "Nothing was run" in seen["tests without trust"]
    assert "This workspace is not trusted. (checked)" in seen["tests without trust"]
    assert "its settings and its Python are left alone" in seen["tooltip without trust"]
    assert "`no-such-server` (the setting gearshift.serverCommand)" in seen["with trust"]

    assert "`margins.py` is not sent: it matches `margins.py`" in seen["kept in"]
    assert story.SUGGESTION in seen["in the other folder"].replace("\n", "")
    assert seen["servers more"] == "0"


def selected_python(folder: Path) -> dict[str, str]:
    """Install the stand-in for the Python extension; return the variables that it needs.

    Its Pythons note how they are called.
    """
    stand_in = Path(__file__).with_name("python_extension")
    shutil.copytree(stand_in, folder / "extensions/ms-python.python-2026.1.0")
    calls = folder / "calls"
    calls.touch()
    pythons = [folder / "selected python", folder / "another python"]
    for python in pythons:
        noted = f'#!/bin/sh\necho "$0" "$@" >> \'{calls}\'\n'
        python.write_text(f"{noted}exec '{sys.executable}' \"$@\"\n")
        python.chmod(0o755)
    selected = os.pathsep.join(map(str, pythons))
    return {"SELECTED_PYTHON": selected, "SELECTED_PYTHON_CALLS": str(calls)}


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
