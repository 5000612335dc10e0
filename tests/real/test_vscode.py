"""Real VS Code with the real embedded models: from a key to ghost text, from a command to tests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from tests.support.editors import install, vscode

from gearshift.app.models import EMBEDDED

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.real_model, pytest.mark.editor]

SECONDS = 1500.0
"""Longest tour on a busy machine; it takes half a minute on a free one."""
BREW = '''\
"""Brewing: how much water, how many cups."""


def water(cups: int) -> int:
    """Return the millilitres of water for so many cups: 150 each."""
    return cups * 150


def cups(millilitres: int) -> int:
    """Return how many cups so much water fills."""
    return
'''
"""The second function is being typed, the first one gets tests."""
SUBJECT = "def water"


def test_the_embedded_models_complete_and_write_tests(
    tmp_path: Path, real_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The models' processes are ended by what lies in this folder.
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    code, browser = install.code_server(), install.chromium()
    shop = tmp_path / "shop"
    shop.mkdir()
    file = shop / "brew.py"
    file.write_text(BREW, encoding="utf-8")
    vscode.install_extension(code, tmp_path, vscode.packaged())
    models = {tier: {"provider": "local", "model": each.model} for tier, each in EMBEDDED.items()}
    settings = {"models": models, "verify": {"run": "always"}}
    command = {"gearshift.serverCommand": [sys.executable, "-m", "gearshift", "serve"]}
    vscode.write_settings(tmp_path, {**vscode.flat(settings), **command})
    with vscode.running(code, tmp_path) as address:
        variables = {
            "ADDRESS": address,
            "WORKSPACE": str(shop),
            "PICTURES": str(install.CACHE / "pictures"),
            "SUBJECT": SUBJECT,
        }
        tour = install.ROOT / "tests/real/vscode_tour.mjs"
        steps = vscode.tour(code, browser, tour, variables, SECONDS)
    seen = {step["step"]: step["text"] for step in steps}

    typed, accepted = BREW.rstrip(), file.read_text("utf-8").rstrip()
    assert accepted.startswith(f"{typed} "), "what was there stays"
    compile(accepted, "brew.py", "exec")
    counts = vscode.counted(tmp_path)
    assert counts["shown"] >= 1
    assert counts["accepted"] >= 1
    tests = next(shop.rglob("test_brew.py")).read_text("utf-8")
    assert "import water" in tests
    assert "(verified)" in seen["tests"]
