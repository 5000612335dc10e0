"""Texts around a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.workspace.documents import Documents
from gearshift.workspace.neighbours import FILE_BYTES, neighbours

if TYPE_CHECKING:
    from pathlib import Path


def workspace(folder: Path, files: dict[str, str], opened: tuple[str, ...]) -> Documents:
    documents = Documents()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in opened:
        path = folder / name
        documents.open(
            path.as_uri(), path=path, language="python", version=1, text=files[name] + "# open\n"
        )
    return documents


async def test_open_documents_come_before_files(tmp_path: Path) -> None:
    files = {"main.py": "m = 1\n", "other.py": "o = 1\n", "main_case.py": "c = 1\n", "z.py": "z\n"}
    documents = workspace(tmp_path, files, ("other.py", "main.py"))
    snapshot = documents.snapshot((tmp_path / "main.py").as_uri())
    found = await neighbours(documents, snapshot, root=tmp_path, count=2)
    assert [(f.path, f.text) for f in found] == [
        ("other.py", "o = 1\n# open\n"),
        ("main_case.py", "c = 1\n"),
    ]


async def test_other_languages_large_files_and_unreadable_ones_are_left_out(tmp_path: Path) -> None:
    files = {"main.py": "m\n", "a.md": "text", "large.py": "x" * (FILE_BYTES + 1), "empty.py": ""}
    documents = workspace(tmp_path, files, ("main.py",))
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00")
    snapshot = documents.snapshot((tmp_path / "main.py").as_uri())
    assert await neighbours(documents, snapshot, root=tmp_path) == ()


async def test_a_long_text_is_cut_at_a_line(tmp_path: Path) -> None:
    documents = workspace(tmp_path, {"main.py": "m\n", "b.py": "12345\n6789\n"}, ("main.py",))
    snapshot = documents.snapshot((tmp_path / "main.py").as_uri())
    found = await neighbours(documents, snapshot, root=tmp_path, characters=8)
    assert [f.text for f in found] == ["12345\n"]


async def test_a_document_that_was_never_saved_has_open_neighbours_only(tmp_path: Path) -> None:
    documents = workspace(tmp_path, {"b.py": "b\n"}, ("b.py",))
    documents.open("untitled:1", path=None, language="python", version=1, text="x")
    found = await neighbours(documents, documents.snapshot("untitled:1"), root=tmp_path)
    assert [f.path for f in found] == ["b.py"]
