"""Finding a file's project and its name there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gearshift.workspace.project import display_path, project_root

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("marker", [".git", "pyproject.toml", "Cargo.toml", "go.mod"])
def test_the_nearest_marker_makes_the_root(tmp_path: Path, marker: str) -> None:
    (tmp_path / marker).touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project_root(inner) == tmp_path


def test_a_path_is_shown_relative_to_its_project(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert display_path(tmp_path / "a" / "b.py") == "a/b.py"
    assert display_path(tmp_path / "a" / "b.py", tmp_path / "a") == "b.py"


def test_a_path_outside_the_given_root_is_shown_by_its_name(tmp_path: Path) -> None:
    assert display_path(tmp_path / "b.py", tmp_path / "other") == "b.py"
