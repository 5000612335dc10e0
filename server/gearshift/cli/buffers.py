"""The editor port for a whole run: edits gather in open documents, and go to the disk if asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gearshift.cli.terminal import Delivery, TerminalEditor
from gearshift.cli.writing import Rewrite, read_text, write_all
from gearshift.core.text import apply_edits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.app import App
    from gearshift.core.results import FileEdit


class BufferEditor(TerminalEditor):
    """A TerminalEditor in which the next action sees what the last one wrote, also on a dry run."""

    def __init__(self, delivery: Delivery, *, is_quiet: bool) -> None:
        super().__init__(delivery, is_quiet=is_quiet, is_silent=True)
        self._before: dict[Path, str | None] = {}
        self._after: dict[Path, str] = {}
        self.app: App | None = None

    @property
    def gathered(self) -> list[Rewrite]:
        """Each changed file once, as it was on the disk and as it is now."""
        return [Rewrite(path, self._before[path], text) for path, text in self._after.items()]

    async def apply_edits(
        self, label: str, edits: Sequence[FileEdit], *, is_shown_first: bool = False
    ) -> str | None:
        """Take the edits, and write them if that was asked for; all or none."""
        try:
            fresh = await asyncio.to_thread(self._applied, edits)
            if self.delivery == "apply":
                await asyncio.to_thread(write_all, fresh)
        except OSError as error:
            return f"{error.filename or 'a file'} can't be written: {error.strerror}"
        except ValueError as error:
            return str(error)
        for file in fresh:
            self._before.setdefault(file.path, file.before)
            self._after[file.path] = file.after
            self._show(file.path, file.after)
        return None

    def _applied(self, edits: Sequence[FileEdit]) -> list[Rewrite]:
        found: list[Rewrite] = []
        for edit in edits:
            on_disk = read_text(edit.path) if edit.path.exists() else None
            known = self._after.get(edit.path, self.opened.get(edit.path))
            expected = self._after.get(edit.path) if self.delivery == "apply" else None
            if expected is not None and on_disk != expected:
                raise ValueError(f"{edit.path.name} was changed meanwhile; run it again")
            before = known if known is not None else on_disk
            found.append(Rewrite(edit.path, on_disk, apply_edits(before or "", edit.edits)))
        return found

    def _show(self, path: Path, text: str) -> None:
        """Have the engine see the new text as an open document."""
        if self.app is not None:
            uri = path.as_uri()
            version = self.app.documents.version(uri) + 1 if uri in self.app.documents else 1
            self.app.documents.open(uri, path=path, language="", version=version, text=text)
