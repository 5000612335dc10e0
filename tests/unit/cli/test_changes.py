"""What git says has changed, however the user has set git up."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from gearshift.cli.changes import changed_lines
from gearshift.core.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("setting", ["diff.mnemonicPrefix", "diff.noprefix", "core.quotePath"])
def test_changed_lines_are_found(tmp_path: Path, setting: str) -> None:
    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)

    file = tmp_path / "my cups.py"
    file.write_text("a = 1\nb = 2\n", encoding="utf-8")
    git("init", "-q")
    git("config", setting, "true")
    git("add", ".")
    git("commit", "-q", "-m", "cups")
    file.write_text("a = 1\nb = 3\n", encoding="utf-8")

    assert changed_lines(tmp_path) == {file: [(2, 2)]}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="gone is not there"):
        changed_lines(tmp_path / "gone")
