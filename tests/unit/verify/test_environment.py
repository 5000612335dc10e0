"""Which interpreter runs a project's tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gearshift.verify.environment import environment_of


def _environment(folder: Path) -> None:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    packages = folder / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "elsewhere").mkdir()
    (packages / "x.pth").write_text(f"{folder / 'elsewhere'}\nimport os\n")


@pytest.mark.parametrize(
    ("made", "active", "custom", "origin"),
    [
        pytest.param((".venv", "venv", "other"), True, "pytest {file}", "verify.testCommand"),
        pytest.param((".venv", "venv", "other"), True, None, "the project's .venv"),
        pytest.param(("venv", "other"), True, None, "the project's venv"),
        pytest.param(("other",), True, None, "VIRTUAL_ENV"),
        pytest.param((), False, None, "the server's own interpreter"),
        pytest.param((), True, None, "the server's own interpreter"),
    ],
)
def test_the_first_of_the_order_is_taken(
    tmp_path: Path, made: tuple[str, ...], active: bool, custom: str | None, origin: str
) -> None:
    for name in made:
        _environment(tmp_path / name)
    variables = {"VIRTUAL_ENV": str(tmp_path / "other")} if active else {}
    assert environment_of(tmp_path, custom, variables).origin == origin


def test_folders_that_the_interpreter_reads_are_named(tmp_path: Path) -> None:
    _environment(tmp_path / ".venv")
    found = environment_of(tmp_path, variables={})
    assert found.command == (str(tmp_path / ".venv" / "bin" / "python"),)
    assert {tmp_path / ".venv", tmp_path / ".venv" / "elsewhere"} <= set(found.folders)
    assert Path(sys.executable).resolve().parent.parent in found.folders


def test_a_command_of_the_project_is_found_there(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("#!/bin/sh\n")
    found = environment_of(tmp_path, "run --file {file}", {})
    assert found.command == (str(tmp_path / "run"), "--file", "{file}")
    assert found.is_custom
