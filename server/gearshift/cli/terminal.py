"""The editor port on a terminal: diffs or files, questions on a tty, progress on stderr."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING, Any, Literal

from gearshift.cli.writing import Rewrite, rewrites, write_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.core.editor import Progress, Severity
    from gearshift.core.results import FileEdit

Delivery = Literal["diff", "apply"]
"""What is done with edits: shown as a diff, or written."""


class TerminalEditor:
    """core.editor.Editor for one command; what it is given is kept for the command to print."""

    def __init__(
        self, delivery: Delivery = "diff", *, is_quiet: bool = False, is_silent: bool = False
    ) -> None:
        """`is_quiet`: no progress is shown, whatever stderr is. `is_silent`: nor any message."""
        self._is_silent = is_silent
        self.delivery: Delivery = delivery
        self.opened: dict[Path, str] = {}
        """Texts of the files that edits may be made for, as they were read."""
        self.rewrites: list[Rewrite] = []
        """The edits that were accepted."""
        self.pages: list[str] = []
        """Markdown pages, in the order in which they came."""
        self._is_quiet = is_quiet or not sys.stderr.isatty()
        self._bar: TerminalProgress | None = None

    @property
    def shows_edits(self) -> bool:
        """Whether edits can be looked at in here before they are made: a diff is printed."""
        return False

    async def apply_edits(
        self, label: str, edits: Sequence[FileEdit], *, is_shown_first: bool = False
    ) -> str | None:
        """Take the edits, and write them if that was asked for; all or none."""
        try:
            found = await asyncio.to_thread(rewrites, edits, self.opened)
            if self.delivery == "apply":
                await asyncio.to_thread(write_all, found)
        except OSError as error:
            return f"{error.filename or 'a file'} can't be written: {error.strerror}"
        except ValueError as error:
            return str(error)
        self.rewrites += found
        return None

    async def show_page(self, title: str, markdown: str) -> None:
        """Keep the page."""
        self.pages.append(markdown)

    def notify(self, severity: Severity, message: str) -> None:
        """Print one line to stderr."""
        if self._is_silent:
            return
        self._hold()
        prefix = "" if severity == "info" else f"{severity}: "
        print(f"gearshift: {prefix}{message}", file=sys.stderr)
        self._go_on()

    async def ask(self, question: str, answers: Sequence[str]) -> str | None:
        """Ask on a tty by number; anything but a number of the list leaves it unanswered."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        self._hold()
        choices = "   ".join(f"[{number}] {text}" for number, text in enumerate(answers, 1))
        print(f"\n{question}\n  {choices}   [Enter] not now: ", end="", file=sys.stderr, flush=True)
        try:
            text = (await read_line()).strip()
        finally:
            self._go_on()
        known = {str(number): answer for number, answer in enumerate(answers, 1)}
        known |= {answer.lower(): answer for answer in answers}
        return known.get(text.lower())

    async def start_progress(self, title: str, task_id: str) -> Progress:
        """Show a bar on a tty, nothing elsewhere."""
        self._bar = TerminalProgress(title, is_shown=not self._is_quiet)
        return self._bar

    def _hold(self) -> None:
        if self._bar is not None:
            self._bar.hold()

    def _go_on(self) -> None:
        if self._bar is not None:
            self._bar.go_on()


class TerminalProgress:
    """core.editor.Progress as a bar that leaves no trace."""

    def __init__(self, title: str, *, is_shown: bool) -> None:
        self._rich: Any = None
        self._task: Any = None
        self._is_open = is_shown
        if is_shown:
            self._begin(title)

    def _begin(self, title: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._rich = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._rich.add_task(title, total=100)
        self._rich.start()

    def report(self, message: str, percent: int | None = None) -> None:
        """Show what is being done."""
        if self._is_open:
            self._rich.update(self._task, description=message, completed=percent)

    def end(self, message: str) -> None:
        """Remove the bar."""
        if self._is_open:
            self._is_open = False
            self._rich.stop()

    def hold(self) -> None:
        """Take the bar away while something else is written."""
        if self._is_open:
            self._rich.stop()

    def go_on(self) -> None:
        """Show the bar again."""
        if self._is_open:
            self._rich.start()


async def read_line() -> str:
    """Return one line of stdin; a caller that is cancelled leaves no thread that must end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    def deliver(text: str) -> None:
        if not answer.done():
            answer.set_result(text)

    def read() -> None:
        # Not `input`: it holds a lock that a program which ends meanwhile stumbles over.
        import os

        try:
            text = os.read(sys.stdin.fileno(), 4096).decode(errors="replace")
        except OSError:
            text = ""
        try:
            loop.call_soon_threadsafe(deliver, text)
        except RuntimeError:
            return  # the loop was closed: nobody waits any more

    threading.Thread(target=read, daemon=True).start()
    return await answer
