"""The demo for real: models, server, sandbox; its end, and its end by Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from tests.support.stdio_client import GEARSHIFT

from gearshift.providers.local.folder import list_models

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real_model

SECONDS = 900.0
"""Longest run of the whole demo; the models may have to be pulled, the machine may be busy."""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which the demo makes its own; real models, no user folders."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    return folder


def begin(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*GEARSHIFT, "demo", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def read_until(process: subprocess.Popen[str], wanted: str) -> str:
    """Return what was printed up to the line that has `wanted`."""
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if wanted in line:
            return "".join(said)
    raise AssertionError(f"`{wanted}` was not printed:\n{''.join(said)}")


def test_everything_in_the_demo_really_happens(scratch: Path, real_models: Path) -> None:
    said, _ = (process := begin("--plain")).communicate(timeout=SECONDS)

    assert process.returncode == 0, said
    assert re.search(r"«\S.*»", said), "ghost text"
    assert "label verified   evidence: tests" in said
    assert re.search(r"\d+ passed", said), "the tests ran once more"
    before, after = re.findall(r"(\d+\.\d) % · budget", said)
    assert float(before) == 0.0 < float(after)
    assert "inline: qwen2.5-coder-0.5b" in said
    assert "tests: qwen2.5-coder-1.5b" in said
    assert "1 of 1 completions accepted" in said
    assert list(scratch.glob("gearshift-demo-*")) == []


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("3. You type", id="while the mini model completes"),
        pytest.param("qwen2.5-coder-1.5b is writing", id="while the full model writes"),
    ],
)
def test_ctrl_c_leaves_nothing_behind(scratch: Path, real_models: Path, moment: str) -> None:
    process = begin("--plain")
    server = re.search(r"process (\d+)", read_until(process, "answered initialize"))
    assert server is not None
    read_until(process, moment)

    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)

    assert process.returncode == 130, said
    assert "Stopped" in said
    assert is_gone(int(server[1]))
    assert list(scratch.glob("gearshift-*")) == []


def test_ctrl_c_during_a_pull_keeps_what_came_and_nothing_runs_on(
    scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEARSHIFT_MODELS", str(tmp_path / "models"))
    process = begin("--plain")
    read_until(process, "qwen2.5-coder-0.5b: ")

    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert not any(row.is_pulled for row in list_models())
    assert list(scratch.glob("gearshift-demo-*")) == []
    assert children_naming(str(tmp_path)) == []


def is_gone(pid: int) -> bool:
    """Whether a process ends within a few seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except OSError:
            return True
        time.sleep(0.05)
    return False


def children_naming(text: str) -> list[str]:
    """Return the commands of all processes that have `text` in them."""
    if sys.platform == "win32":
        return []
    done = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True, check=True, timeout=30
    )
    return [line for line in done.stdout.splitlines() if text in line]
