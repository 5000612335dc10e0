"""Packages that are installed while the editor is open."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from gearshift.workspace.modules.python import PythonModules

if TYPE_CHECKING:
    from pathlib import Path


def install(project: Path, python: str) -> Path:
    package = project / ".venv" / "lib" / python / "site-packages" / "tea"
    package.mkdir(parents=True)
    module = package / "__init__.py"
    module.write_text("", encoding="utf-8")
    return module


def test_an_environment_that_is_made_later_is_found(tmp_path: Path) -> None:
    modules, importer = PythonModules([tmp_path], {}), tmp_path / "main.py"
    assert modules.file_of("tea", importer) is None
    made = install(tmp_path, "python3.11")
    assert modules.file_of("tea", importer) == made


def test_an_environment_that_is_made_anew_for_another_python_is_found(tmp_path: Path) -> None:
    modules, importer = PythonModules([tmp_path], {}), tmp_path / "main.py"
    install(tmp_path, "python3.11")
    assert modules.file_of("tea", importer) is not None
    shutil.rmtree(tmp_path / ".venv")
    made = install(tmp_path, "python3.12")
    assert modules.file_of("tea", importer) == made


def test_a_package_that_is_installed_later_is_found(tmp_path: Path) -> None:
    modules, importer = PythonModules([tmp_path], {}), tmp_path / "main.py"
    made = install(tmp_path, "python3.11")
    assert modules.file_of("cups", importer) is None
    later = made.parents[1] / "cups.py"
    later.write_text("", encoding="utf-8")
    assert modules.file_of("cups", importer) == later
