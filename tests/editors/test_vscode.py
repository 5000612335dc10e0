"""Real VS Code with the packaged extension: one user's tour, and a server that is missing."""

from __future__ import annotations

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

CLIENT = install.ROOT / "clients/vscode"
PICTURES = install.CACHE / "pictures"
SECONDS = 180.0


@pytest.fixture(scope="module")
def vsix() -> Path:
    """The extension, packaged from the checkout."""
    npm = shutil.which("npm")
    assert npm is not None, "npm is needed to build the extension"
    if not (CLIENT / "node_modules/esbuild").exists():
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=CLIENT, check=True)
    subprocess.run([npm, "run", "-s", "package"], cwd=CLIENT, check=True, capture_output=True)
    return CLIENT / "gearshift.vsix"


def toured(folder: Path, vsix: Path, script: str, command: list[str]) -> Mapping[str, str]:
    """Return what was seen at each step of a tour, by the step's name."""
    shop = story.begin(folder)
    code, browser = install.code_server(), install.chromium()
    vscode.install_extension(code, folder, vsix)
    vscode.write_settings(folder, {**flat(shop.settings), "gearshift.serverCommand": command})
    with vscode.running(code, folder) as address:
        variables = {
            "ADDRESS": address,
            "WORKSPACE": str(shop.workspace),
            "INSTRUCTION": story.INSTRUCTION,
            "PICTURES": str(PICTURES),
        }
        tour = Path(__file__).with_name(script)
        steps = vscode.tour(code, browser, tour, variables, SECONDS)
    return {step["step"]: step["text"] for step in steps}


def flat(settings: Mapping[str, Any], prefix: str = "gearshift") -> dict[str, Any]:
    """Return settings as VS Code names them; tables of the user's own names stay whole."""
    found: dict[str, Any] = {}
    for name, value in settings.items():
        key = f"{prefix}.{name}"
        is_group = isinstance(value, dict) and name != "models"
        found.update(flat(value, key) if is_group else {key: value})
    return found


def test_a_user_types_accepts_refactors_and_gets_verified_tests(tmp_path: Path, vsix: Path) -> None:
    seen = toured(tmp_path, vsix, "vscode_tour.mjs", [sys.executable, "-m", "gearshift", "serve"])
    assert seen["ghost"].replace("\n", "") == story.SUGGESTION
    assert story.COMPLETED.strip() in seen["accepted"]
    assert 'return f"😀 {amount}"' in seen["refactored"]
    assert story.EXPLANATION in seen["explained"]
    assert "budget day" in seen["tooltip"]
    assert re.fullmatch(r"full \d+%.* paused", seen["paused"].strip())


def test_a_missing_server_is_told_with_what_to_do(tmp_path: Path, vsix: Path) -> None:
    seen = toured(tmp_path, vsix, "vscode_missing.mjs", ["no-such-server"])
    assert "`no-such-server` (the setting gearshift.serverCommand)" in seen["message"]
    assert "pipx install gearshift" in seen["message"]
