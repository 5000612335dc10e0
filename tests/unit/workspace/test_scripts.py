"""Configuration of JavaScript projects that can't be read."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from gearshift.workspace.modules.scripts import ScriptModules

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="nested too deeply"),
        pytest.param("{", id="broken"),
        pytest.param('{"extends": "./other"}', id="extends nothing that is there"),
    ],
)
def test_a_configuration_that_is_none_maps_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "tsconfig.json").write_text(text, encoding="utf-8")
    assert ScriptModules().file_of("app/cups", tmp_path / "main.ts") is None


def test_a_configuration_that_never_ends_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "tsconfig.json").write_text('{"extends": "./pipe.json"}', encoding="utf-8")
    if sys.platform != "win32":  # there the file is just missing
        os.mkfifo(tmp_path / "pipe.json")
    assert ScriptModules().file_of("app/cups", tmp_path / "main.ts") is None


def test_a_configuration_that_changes_is_read_again(tmp_path: Path) -> None:
    for folder in ("old", "newer"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "cups.ts").write_text("export {}", encoding="utf-8")
    found: list[str] = []
    for folder in ("old", "newer"):
        options = f'{{"compilerOptions": {{"paths": {{"app/*": ["./{folder}/*"]}}}}}}'
        (tmp_path / "base.json").write_text(options, encoding="utf-8")
        (tmp_path / "tsconfig.json").write_text('{"extends": "./base"}', encoding="utf-8")
        file = ScriptModules().file_of("app/cups", tmp_path / "main.ts")
        assert file is not None
        found.append(file.parent.name)
    assert found == ["old", "newer"]
