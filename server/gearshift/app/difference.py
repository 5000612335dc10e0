"""Edits as unified diffs, for previews and the command line."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

from gearshift.core.text import apply_edits

if TYPE_CHECKING:
    from gearshift.core.results import FileEdit


def text_of(edit: FileEdit, opened: tuple[str, int | None] | None = None) -> str:
    """Return the file's present text: as open in the editor, else on disk, else empty."""
    if opened is not None:
        return opened[0]
    if edit.is_new or not edit.path.exists():
        return ""
    return edit.path.read_text(encoding="utf-8")


def unified(edit: FileEdit, opened: tuple[str, int | None] | None = None) -> str:
    """Return the edit as a unified diff."""
    old = text_of(edit, opened)
    new = apply_edits(old, edit.edits)
    name = edit.path.as_posix()
    before = "/dev/null" if edit.is_new else name
    lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), before, name)
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
