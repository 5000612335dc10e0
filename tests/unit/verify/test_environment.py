"""Which interpreter runs a project's tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from gearshift.core.errors import SettingsError
from gearshift.verify.environment import environment_of


def _environment(folder: Path) -> None:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    packages = folder / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "module.py").touch()
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


def test_a_path_file_can_not_open_a_folder_without_source(tmp_path: Path) -> None:
    _environment(tmp_path / ".venv")
    (tmp_path / "sockets").mkdir()
    packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    (packages / "y.pth").write_text(f"{tmp_path / 'sockets'}\n{Path.home()}\n")
    found = environment_of(tmp_path, variables={}).folders
    assert not {tmp_path / "sockets", Path.home()} & set(found)


def test_a_link_can_not_open_a_folder_that_is_no_interpreters(tmp_path: Path) -> None:
    private = tmp_path / "home" / "keys"
    private.mkdir(parents=True)
    (private / "key").touch()
    programs = tmp_path / "project" / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(private / "key")
    found = environment_of(tmp_path / "project", variables={}).folders
    assert not {private, private.parent} & set(found)


@pytest.mark.parametrize(
    "command", [pytest.param("   ", id="empty"), pytest.param("pytest '{file}", id="quotes")]
)
def test_a_command_that_can_not_be_read_is_named(tmp_path: Path, command: str) -> None:
    with pytest.raises(SettingsError, match=r"verify\.testCommand"):
        environment_of(tmp_path, command, {})
