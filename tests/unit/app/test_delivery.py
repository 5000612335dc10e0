"""Edits of several files that change while the user reads the preview, or before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from gearshift.app.delivery import APPLY, make, placed
from gearshift.core.document import Snapshot
from gearshift.core.results import FileEdit, Proposal
from gearshift.core.text import Edit, Position, Range
from gearshift.workspace.documents import Documents, TextChange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TEXT = "old = 1\n"


class Reader:
    """Says yes once the preview was read, while `meanwhile` happens."""

    shows_edits = False

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile
        self.made: list[FileEdit] = []

    async def show_page(self, title: str, markdown: str) -> None:
        del title, markdown

    async def ask(self, message: str, answers: Sequence[str]) -> str:
        del message, answers
        self.meanwhile()
        return APPLY

    async def apply_edits(
        self, label: str, edits: Sequence[FileEdit], *, is_shown_first: bool = False
    ) -> None:
        del label, is_shown_first
        self.made += edits


class Desk:
    """An app with a caller of what is renamed, in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self.caller = folder / "caller.py"
        self.caller.write_text(TEXT, encoding="utf-8", newline="")
        self.documents = Documents()
        self.prepared: Any = SimpleNamespace(
            snapshot=Snapshot.from_text("", language="python", path=folder / "own.py")
        )

    def app(self, editor: Reader | None = None) -> Any:
        settings = SimpleNamespace(edits=SimpleNamespace(preview="always"))
        return SimpleNamespace(documents=self.documents, editor=editor, settings=settings)

    def edit(self, version: int | None = None) -> FileEdit:
        rename = Edit(Range(Position(0, 0), Position(0, 3)), "new")
        return FileEdit(self.caller, (rename,), version=version, base=TEXT)

    def save(self, text: str) -> None:
        self.caller.write_text(text, encoding="utf-8", newline="")

    def open(self, text: str) -> None:
        self.documents.open(
            self.caller.as_uri(), path=self.caller, language="python", version=1, text=text
        )

    def change_and_undo(self) -> None:
        start = Position(0, 0)
        edits = (TextChange(Range.at(start), "x"), TextChange(Range(start, Position(0, 1)), ""))
        self.documents.change(self.caller.as_uri(), 3, edits)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("how", ["save", "open"])
async def test_a_file_that_changed_while_the_preview_was_read_is_left_alone(
    desk: Desk, how: str
) -> None:
    reader = Reader(lambda: getattr(desk, how)("import os\nold = 1\n"))

    why = await make(desk.app(reader), Proposal(), [desk.edit()])

    assert why is not None
    assert "caller.py was changed meanwhile" in why
    assert not reader.made


async def test_a_file_that_was_opened_meanwhile_and_reads_the_same_is_edited(desk: Desk) -> None:
    reader = Reader(lambda: desk.open(TEXT))

    assert await make(desk.app(reader), Proposal(), [desk.edit()]) is None
    assert [edit.version for edit in reader.made] == [1]


async def test_an_edit_is_for_the_version_that_reads_as_it_did(desk: Desk) -> None:
    desk.open(TEXT)
    desk.change_and_undo()

    [edit] = await placed(desk.app(), [desk.edit(version=1)], desk.prepared)

    assert edit.version == 3
