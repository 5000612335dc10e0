"""The index of names: built in small steps, kept up to date, without what the rules keep in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.workspace import index as index_module
from gearshift.workspace.index import Index
from gearshift.workspace.library import Library

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def built(root: Path, withheld: str = "nothing", ignored: str = "nothing") -> Index:
    library = Library(lambda path: "It is withheld." if path.name == withheld else None)
    index = Index([root], library.read_once, lambda folder: folder.name == ignored)
    index.look()
    finish(index)
    return index


def finish(index: Index) -> None:
    while index.is_busy:
        index.step()


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_names_lead_to_the_files_that_define_them(tmp_path: Path) -> None:
    store = write(tmp_path / "a" / "store.py", "class Store:\n    def find(self): ...\n")
    cart = write(tmp_path / "cart.ts", "export function find() {}\nexport const f = () => 1;\n")

    index = built(tmp_path)

    assert index.files_of("Store") == (store,)
    assert set(index.files_of("find")) == {store, cart}
    assert index.files_of("nothing") == ()
    assert len(index) == 2


def test_what_the_rules_keep_in_is_not_read_nor_entered(tmp_path: Path) -> None:
    write(tmp_path / "keys.py", "def key(): ...\n")
    write(tmp_path / "build" / "made.py", "def made(): ...\n")
    write(tmp_path / "node_modules" / "x" / "y.ts", "export function vendored() {}\n")
    write(tmp_path / ".cache" / "z.py", "def cached(): ...\n")

    index = built(tmp_path, withheld="keys.py", ignored="build")

    assert len(index) == 0


def test_a_changed_file_is_read_again_and_a_removed_one_forgotten(tmp_path: Path) -> None:
    file = write(tmp_path / "a.py", "def old(): ...\n")
    index = built(tmp_path)

    write(file, "def newer(): ...\n")
    index.changed([file])
    finish(index)
    assert index.files_of("old") == ()
    assert index.files_of("newer") == (file,)

    file.unlink()
    index.changed([file])
    finish(index)
    assert index.files_of("newer") == ()
    assert len(index) == 0


def test_another_look_reads_only_what_changed_and_drops_what_is_gone(tmp_path: Path) -> None:
    kept = write(tmp_path / "kept.py", "def kept(): ...\n")
    gone = write(tmp_path / "gone.py", "def gone(): ...\n")
    reads: list[Path] = []
    library = Library(lambda path: reads.append(path))
    index = Index([tmp_path], library.read_once, lambda folder: False)
    index.look()
    finish(index)
    reads.clear()

    gone.unlink()
    made = write(tmp_path / "made.py", "def made(): ...\n")
    index.look()
    finish(index)

    assert reads == [made]
    assert index.files_of("kept") == (kept,)
    assert index.files_of("gone") == ()
    assert index.files_of("made") == (made,)


def test_a_change_in_an_ignored_folder_is_none(tmp_path: Path) -> None:
    index = built(tmp_path, ignored="build")

    index.changed([write(tmp_path / "build" / "made.py", "def made(): ...\n")])
    index.changed([write(tmp_path / "node_modules" / "x.ts", "function x() {}\n")])
    index.changed([tmp_path.parent / "elsewhere.py", tmp_path / "notes.txt"])

    assert not index.is_busy


def test_a_name_that_many_files_define_says_nothing(tmp_path: Path) -> None:
    for number in range(index_module.COMMON + 1):
        write(tmp_path / f"{number}.py", "def main(): ...\n")

    assert built(tmp_path).files_of("main") == ()


def test_there_is_a_limit_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "MOST_FILES", 3)
    for number in range(10):
        write(tmp_path / f"{number}" / "a.py", f"def f{number}(): ...\n")

    assert len(built(tmp_path)) == 3


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(tmp_path / "outside" / "a.py", "def outside(): ...\n")
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "circle").symlink_to(root)

    assert len(built(root)) == 0
