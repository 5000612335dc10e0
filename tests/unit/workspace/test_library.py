"""Files read once per version; open documents stand for theirs; withheld ones are never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.workspace import library as library_module
from gearshift.workspace.library import LARGEST_FILE, Library, shown_path

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_file_is_read_once_per_version(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n", encoding="utf-8")
    library = Library(lambda path: None)

    first = library.source(file)
    assert library.source(file) is first

    file.write_text("x = 22\n", encoding="utf-8")
    second = library.source(file)
    assert second is not None
    assert second.text == "x = 22\n"


def test_an_open_document_stands_for_its_file_until_it_is_closed(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("saved\n", encoding="utf-8")
    library = Library(lambda path: None)
    library.open(file, "typed\n")

    typed = library.source(file)
    library.close(file)
    saved = library.source(file)

    assert typed is not None
    assert saved is not None
    assert (typed.text, saved.text) == ("typed\n", "saved\n")
    assert library.open_paths == ()


def test_a_withheld_file_is_not_read_also_when_it_is_open(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n", encoding="utf-8")
    library = Library(lambda path: "It is withheld.")
    library.open(file, "typed\n")

    assert library.source(file) is None
    assert library.read_once(file) is None


def test_what_is_no_source_text_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "binary.py").write_bytes(b"\x00\x01")
    (tmp_path / "latin.py").write_bytes(b"caf\xe9")
    (tmp_path / "long.py").write_text("x" * (LARGEST_FILE + 1), encoding="utf-8")
    (tmp_path / "folder.py").mkdir()
    library = Library(lambda path: None)

    for name in ("binary.py", "latin.py", "long.py", "folder.py", "missing.py"):
        assert library.source(tmp_path / name) is None


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_module, "CHARACTERS_KEPT", 100)
    library = Library(lambda path: None)
    files = [tmp_path / f"{number}.py" for number in range(5)]
    for file in files:
        file.write_text("x" * 40, encoding="utf-8")
    first = library.source(files[0])

    for file in files:
        library.source(file)

    assert library.source(files[0]) is not first


def test_a_package_is_called_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert shown_path(tmp_path / "src" / "a.py") == "src/a.py"
    inner = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    assert shown_path(inner / "teapot" / "pot.py") == "teapot/pot.py"
    assert shown_path(tmp_path / "node_modules" / "teapot" / "i.d.ts") == "teapot/i.d.ts"
