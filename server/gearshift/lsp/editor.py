"""The editor port over LSP: edits, messages, questions, pages, progress."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from gearshift.app.pages import write_page
from gearshift.core.errors import Refused
from gearshift.core.text import split_lines
from gearshift.lsp.client import ClientFailure
from gearshift.lsp.confirmation import confirmable
from gearshift.lsp.convert import range_to_lsp, uri_from_path
from gearshift.lsp.guard import MESSAGE_TYPES
from gearshift.lsp.short.message import dig

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.core.editor import Progress, Severity
    from gearshift.core.results import FileEdit
    from gearshift.lsp.session import Session

logger = logging.getLogger(__name__)
MESSAGE_CHARACTERS = 2000
CREATE = "Create it"
CREATE_SECONDS = 5.0
"""Longest wait for a client to accept a progress; work does not wait longer for its bar."""


class LspEditor:
    """core.editor.Editor for one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def notify(self, severity: Severity, message: str) -> None:
        """Show one short message."""
        params = {"type": MESSAGE_TYPES[severity], "message": message}
        self._session.client.notify("window/showMessage", params)

    async def ask(self, question: str, answers: Sequence[str]) -> str | None:
        """Ask without a modal; None when the client can't ask or the user does not answer."""
        if not self._session.traits.asks_questions:
            return None
        params = {
            "type": MESSAGE_TYPES["info"],
            "message": question,
            "actions": [{"title": answer} for answer in answers],
        }
        try:
            chosen = await self._session.client.request("window/showMessageRequest", params)
        except ClientFailure:
            return None
        return dig(chosen, "title")

    async def show_page(self, title: str, markdown: str) -> None:
        """Open the text beside the work; a client or a disk that can't shows it as a message."""
        if self._session.traits.shows_documents:
            try:
                path = await asyncio.to_thread(write_page, self._session.app.state, title, markdown)
            except OSError as error:
                logger.warning("no page in %s: %s", self._session.app.state, error)
            else:
                if await self._show(path):
                    return
        self.notify("info", markdown[:MESSAGE_CHARACTERS])

    @property
    def shows_edits(self) -> bool:
        """Whether the client shows edits that need a confirmation, and asks for it."""
        return self._session.traits.shows_edits

    async def apply_edits(
        self, label: str, edits: Sequence[FileEdit], *, is_shown_first: bool = False
    ) -> str | None:
        """Make the edits in the editor; return None, or why it or its user refused."""
        traits = self._session.traits
        if not traits.applies_edits:
            return "this editor does not accept edits from a server"
        try:
            edits = [await self._created_by_hand(edit) for edit in edits]
        except Refused as error:
            return str(error)
        documents = self._session.app.documents
        unseen = [edit.path for edit in edits if documents.uri_of(edit.path) is None]
        workspace_edit = await asyncio.to_thread(self._workspace_edit, edits)
        if is_shown_first:
            workspace_edit = confirmable(workspace_edit, label)
        params = {"label": label, "edit": workspace_edit}
        try:
            answer = await self._session.client.request("workspace/applyEdit", params)
        except ClientFailure as error:
            return str(error)
        if dig(answer, "applied"):
            for path in unseen:
                self._session.run_task(self._show(path))
            return None
        unsaid = "you discarded it" if is_shown_first else "the editor did not apply the edit"
        return dig(answer, "failureReason") or unsaid

    async def _show(self, path: Path) -> bool:
        """Open a file beside the work; False where the client can't.

        Editors apply edits to a file that is not open without a sign: nobody would find the tests.
        """
        if not self._session.traits.shows_documents:
            return False
        params: dict[str, Any] = {"uri": uri_from_path(path)}
        if not self._session.traits.reads_focus_by_presence:
            params["takeFocus"] = False
        try:
            shown = await self._session.client.request("window/showDocument", params)
        except ClientFailure:
            return False
        return bool(dig(shown, "success"))

    async def _created_by_hand(self, edit: FileEdit) -> FileEdit:
        """Create an empty file where the client can't create files by edit, if the user agrees."""
        if not edit.is_new or self._session.traits.creates_files:
            return edit
        # Where nobody can be asked (eglot of Emacs 28), the command was the user's word.
        question = f"This editor can't create files by itself. May Gearshift create {edit.path}?"
        can_ask = self._session.traits.asks_questions
        if can_ask and await self.ask(question, (CREATE, "Not now")) != CREATE:
            raise Refused(f"{edit.path.name} would be a new file, and you did not let it be made")
        await asyncio.to_thread(_touch, edit.path)
        from dataclasses import replace

        return replace(edit, is_new=False)

    def _workspace_edit(self, edits: Sequence[FileEdit]) -> dict[str, Any]:
        if not self._session.traits.edits_versioned and not any(edit.is_new for edit in edits):
            return {"changes": {self._uri(edit): self._text_edits(edit) for edit in edits}}
        changes: list[dict[str, Any]] = []
        for edit in edits:
            uri = self._uri(edit)
            if edit.is_new:
                options = {"ignoreIfExists": True}
                changes.append({"kind": "create", "uri": uri, "options": options})
            document = {"uri": uri, "version": edit.version}
            changes.append({"textDocument": document, "edits": self._text_edits(edit)})
        return {"documentChanges": changes}

    def _uri(self, edit: FileEdit) -> str:
        """The URI under which the editor opened the file; editors escape paths differently."""
        return self._session.app.documents.uri_of(edit.path) or uri_from_path(edit.path)

    def _text_edits(self, edit: FileEdit) -> list[dict[str, Any]]:
        lines = self._lines(edit)
        encoding = self._session.encoding
        return [
            {"range": range_to_lsp(lines, each.range, encoding), "newText": each.new_text}
            for each in edit.edits
        ]

    def _lines(self, edit: FileEdit) -> Sequence[str]:
        uri = self._session.app.documents.uri_of(edit.path)
        if uri is not None:
            return self._session.app.documents.lines(uri)
        if edit.is_new or not edit.path.exists():
            return [""]
        return split_lines(edit.path.read_text(encoding="utf-8"))

    async def start_progress(self, title: str, task_id: str) -> Progress:
        """Open a progress that can be cancelled; a client without progress gets a silent one."""
        progress = LspProgress(self._session, task_id)
        if self._session.traits.shows_progress:
            create = self._session.client.request(
                "window/workDoneProgress/create", {"token": task_id}
            )
            try:
                await asyncio.wait_for(create, CREATE_SECONDS)
            except (ClientFailure, asyncio.TimeoutError):
                return progress
            progress.begin(title)
        return progress


class LspProgress:
    """core.editor.Progress as `$/progress`; the token is the task's id."""

    def __init__(self, session: Session, token: str) -> None:
        self._session = session
        self._token = token
        self._percent = 0
        self._is_open = False

    def begin(self, title: str) -> None:
        """Show it."""
        self._is_open = True
        self._send({"kind": "begin", "title": title, "cancellable": True, "percentage": 0})

    def report(self, message: str, percent: int | None = None) -> None:
        """Show what is being done."""
        self._percent = max(self._percent, min(percent or 0, 100))
        if self._is_open:
            self._send({"kind": "report", "message": message, "percentage": self._percent})

    def end(self, message: str) -> None:
        """Close it."""
        if self._is_open:
            self._is_open = False
            self._send({"kind": "end", "message": message})

    def _send(self, value: dict[str, Any]) -> None:
        self._session.client.notify("$/progress", {"token": self._token, "value": value})


def _touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
