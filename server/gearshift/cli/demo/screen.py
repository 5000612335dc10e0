"""What the demo looks like: panels on a terminal, plain lines in a pipe."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

WIDTH = 96
"""Wider lines are hard to read, however wide the terminal."""
GHOST = "italic bright_black"
Place = tuple[int, int]
"""Line from 1, column from 0."""


class Screen:
    """Prints the demo; everything that a server or model wrote is shown as it came."""

    def __init__(self, *, plain: bool, color: bool, fast: bool) -> None:
        self.console = Console(highlight=False, no_color=not color or None, soft_wrap=plain)
        self.is_plain = plain or not self.console.is_terminal
        if self.is_plain:
            self.console = Console(highlight=False, no_color=True, soft_wrap=True, width=WIDTH)
        elif self.console.width > WIDTH:
            self.console.width = WIDTH
        self.is_fast = fast or self.is_plain
        self._bar: Progress | None = None
        self._percent = 0
        self._said = ""

    # --- text ------------------------------------------------------------------------------

    def title(self, heading: str, lines: Sequence[str]) -> None:
        """Open the demo."""
        if self.is_plain:
            self._plain([heading, *lines])
            return
        body = Group(Text(heading, style="bold"), Text(""), *map(Text.from_markup, lines))
        self.console.print()
        self.console.print(Panel(body, box=box.HEAVY, border_style="cyan", padding=(1, 2)))

    def step(self, number: int, heading: str) -> None:
        """Begin a step."""
        self.console.print()
        if self.is_plain:
            self.console.print(f"{number}. {heading}", markup=False)
        else:
            self.console.print(
                Rule(f"[bold cyan]{number}[/]  [bold]{heading}[/]", align="left", style="cyan")
            )

    def say(self, text: str) -> None:
        """Print a sentence, with rich's markup."""
        self.console.print(text)

    def good(self, text: str) -> None:
        """Print that something worked."""
        self.say(f"[green]✔[/] {text}")

    def bad(self, text: str) -> None:
        """Print that something did not work, and why; the text is taken as it is."""
        self.console.print(Text.assemble(("✘ ", "bold red"), text))

    def pause(self, seconds: float = 0.7) -> None:
        """Leave time to read, unless the demo is fast."""
        if not self.is_fast:
            time.sleep(seconds)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Print names and values, which are taken as they are."""
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", justify="right", min_width=9)
        table.add_column(overflow="fold")
        for name, value in rows:
            table.add_row(name, Text(value))
        if self.is_plain:
            self._plain([f"   {name}: {value}" for name, value in rows])
        else:
            self.console.print(table)

    # --- code ------------------------------------------------------------------------------

    def code(self, title: str, code: str, *, first: int = 1, subtitle: str = "") -> None:
        """Show code of a file, from its line `first`."""
        if self.is_plain:
            self._plain([f"   --- {title}", *_indented(code)])
        else:
            self.console.print(self._panel(title, code, first, subtitle=subtitle))

    def ghost(self, title: str, code: str, first: int, start: Place, end: Place) -> None:
        """Show code in which the part from `start` to `end` is offered, not typed."""
        if self.is_plain:
            lines = code.split("\n")
            lines[end[0] - 1] = f"{lines[end[0] - 1][: end[1]]}»{lines[end[0] - 1][end[1] :]}"
            lines[start[0] - 1] = (
                f"{lines[start[0] - 1][: start[1]]}«{lines[start[0] - 1][start[1] :]}"
            )
            self._plain([f"   --- {title}", *_indented("\n".join(lines))])
            return
        panel = self._panel(title, code, first, (start, end), "[dim]Tab accepts the ghost text[/]")
        self.console.print(panel)

    @contextmanager
    def typing(self, title: str, before: str, typed: str, first: int) -> Generator[None]:
        """Show code being typed, then a spinner until the block ends; it leaves no trace."""
        if self.is_plain:
            yield
            return
        frames = (
            [before + typed[:end] for end in range(0, len(typed), 3)] if not self.is_fast else []
        )
        waiting = SpinnerColumn().spinner
        with Live(console=self.console, transient=True, refresh_per_second=20) as live:
            for frame in frames:
                live.update(self._panel(title, frame + "▌", first), refresh=True)
                time.sleep(0.025)
            waiting.text = Text("the mini model reads what is before the cursor …", style="dim")
            live.update(Group(self._panel(title, before + typed + "▌", first), waiting))
            yield

    def _panel(
        self,
        title: str,
        code: str,
        first: int,
        ghost: tuple[Place, Place] | None = None,
        subtitle: str = "",
    ) -> Panel:
        syntax = Syntax(
            code,
            "python",
            theme="ansi_dark",
            background_color="default",
            line_numbers=True,
            start_line=first,
            word_wrap=True,
        )
        if ghost is not None:
            syntax.stylize_range(GHOST, *ghost)
        border = "bright_black"
        return Panel(
            syntax,
            title=f"[bold]{title}[/]",
            title_align="left",
            subtitle=subtitle or None,
            subtitle_align="right",
            border_style=border,
            box=box.ROUNDED,
        )

    # --- the editor ------------------------------------------------------------------------

    def menu(self, titles: Sequence[str], chosen: int) -> None:
        """Show the code actions as an editor does, with the chosen one marked."""
        if self.is_plain:
            self._plain([f"   {'>' if n == chosen else ' '} {t}" for n, t in enumerate(titles)])
            return
        lines = [
            Text(f"▸ {t}", style="bold reverse") if n == chosen else Text(f"  {t}", style="dim")
            for n, t in enumerate(titles)
        ]
        box_ = Panel(Group(*lines), title="Code actions", title_align="left", expand=False)
        self.console.print(Padding(box_, (0, 4)))

    @contextmanager
    def working(self, title: str) -> Generator[None]:
        """Show the server's progress until the block ends."""
        self._said = ""
        if self.is_plain:
            yield
            return
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,
        )
        self._bar.add_task(title, total=100)
        try:
            with self._bar:
                yield
        finally:
            self._bar = None

    def progress(self, message: str, percent: int | None) -> None:
        """Show what the server says it is doing; new words are kept as a line."""
        if message != self._said:
            self._said = message
            self.console.print(Text(f"   · {message}", style="dim"))
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=message, completed=percent)

    def message(self, text: str) -> None:
        """Show a message of the server's."""
        self.console.print(Text(f"   server: {text}", style="dim italic"))

    def question(self, text: str, answers: Sequence[str], chosen: str) -> None:
        """Show a question of the server's and what the demo answers."""
        if self.is_plain:
            self._plain([f"   question: {text}", f"   answer: {chosen}"])
            return
        buttons = Text("  ").join(
            Text(f" {a} ", style="bold reverse green" if a == chosen else "reverse dim")
            for a in answers
        )
        body = Group(Text(text), Text(""), buttons, Text("the demo answers for you", style="dim"))
        panel = Panel(body, title="The server asks", title_align="left", border_style="yellow")
        self.console.print(Padding(panel, (0, 4)))

    def output(self, title: str, text: str) -> None:
        """Show a program's own words."""
        if self.is_plain:
            self._plain([f"   --- {title}", *_indented(text)])
            return
        self.console.print(
            Panel(Text(text), title=title, title_align="left", border_style="bright_black")
        )

    def ending(self, text: str) -> None:
        """Close the demo with what to do next; the text is taken as it is."""
        self.console.print()
        if self.is_plain:
            self._plain(["All of it happened. What next:", *text.split("\n")])
            return
        heading = Text("All of it happened. What next:", style="bold green")
        body = Group(heading, Text(""), Text(text))
        self.console.print(Panel(body, box=box.HEAVY, border_style="green", padding=(1, 2)))

    def _plain(self, lines: Sequence[str]) -> None:
        for line in lines:
            text = Text.from_markup(line).plain if "[/]" in line else line
            self.console.print(text, markup=False)


def _indented(code: str) -> list[str]:
    return [f"   | {line}" for line in code.split("\n")]
