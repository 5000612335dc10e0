"""Programs of the machine: those of a project's folder are none."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from gearshift.core.errors import SetupNeeded
from gearshift.providers.codex.program import find_program as find_codex
from gearshift.verify.programs import find_cargo, find_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Programs in the working folder, and a PATH that names it, as Windows always does."""
    ending = ".bat" if sys.platform == "win32" else ""
    for name in ("codex", "node", "rustc"):
        program = tmp_path / f"{name}{ending}"
        program.write_text("exit 1\n", encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.curdir)
    for find in (find_program, find_cargo):
        find.cache_clear()
    yield
    for find in (find_program, find_cargo):
        find.cache_clear()


@pytest.mark.usefixtures("planted")
def test_a_program_of_the_working_folder_is_not_found() -> None:
    assert find_program("node") is None
    assert find_cargo() is None
    with pytest.raises(SetupNeeded, match="not on PATH"):
        find_codex(None)
