"""The editor port: what the engine may ask of whoever shows its results (an editor, a terminal)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.results import FileEdit

Severity = Literal["error", "warning", "info"]


class Progress(Protocol):
    """One visible piece of long work."""

    def report(self, message: str, percent: int | None = None) -> None:
        """Show what is being done; `percent` from 0 to 100, never falling."""
        ...

    def end(self, message: str) -> None:
        """Close it with the result; further calls do nothing."""
        ...


class Editor(Protocol):
    """Never blocks the user: no modal, questions can be left unanswered."""

    @property
    def shows_edits(self) -> bool:
        """Whether the editor itself can show edits, and ask, before it makes them."""
        ...

    async def apply_edits(
        self, label: str, edits: Sequence[FileEdit], *, is_shown_first: bool = False
    ) -> str | None:
        """Make the edits, all or none; return None, or why the editor or its user refused.

        `is_shown_first`: only once the user has seen and accepted them, see `shows_edits`.
        """
        ...

    async def show_page(self, title: str, markdown: str) -> None:
        """Show a text to read beside the work."""
        ...

    def notify(self, severity: Severity, message: str) -> None:
        """Show one short message."""
        ...

    async def ask(self, question: str, answers: Sequence[str]) -> str | None:
        """Ask without blocking; None when the user does not answer."""
        ...

    async def start_progress(self, title: str, task_id: str) -> Progress:
        """Open a progress that the user can cancel (the edge calls `App.cancel_task(task_id)`)."""
        ...
