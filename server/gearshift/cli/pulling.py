"""Pulling embedded models with bars: bytes, speed, time left, and the hash at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.cli.words import megabytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console


async def pull_shown(names: Sequence[str], console: Console | None = None) -> None:
    """Pull models one after another; what is here already is said in one line.

    Raises SetupNeeded, Unavailable. A cancelled pull goes on where it stopped the next time.
    """
    from gearshift.providers.local.catalogue import find_weights
    from gearshift.providers.local.download import pull
    from gearshift.providers.local.folder import list_models

    if console is None:
        from rich.console import Console

        console = Console(stderr=True, highlight=False, soft_wrap=True)
    here = {row.name for row in list_models() if row.is_pulled}
    for name in names:
        weights = find_weights(name)
        told = f"{megabytes(weights.bytes)}, {weights.licence}, sha256 {weights.sha256[:12]}…"
        if name in here:
            console.print(f"[green]✔[/] {name} is here [dim]({told} checked when it came)[/]")
            continue
        with _Bar(console, name, weights.bytes) as bar:
            await pull(name, bar.tell)
        console.print(f"[green]✔[/] {name} pulled [dim]({told} matches)[/]")


class _Bar:
    """One download: a bar on a terminal, a line every tenth elsewhere."""

    def __init__(self, console: Console, name: str, total: int) -> None:
        self._console = console
        self._name = name
        self._total = total
        self._tenth = -1
        self._rich: Any = None
        self._task: Any = None

    def __enter__(self) -> _Bar:
        if self._console.is_terminal:
            from rich import progress

            self._rich = progress.Progress(
                progress.SpinnerColumn(),
                progress.TextColumn("{task.description}"),
                progress.BarColumn(bar_width=30),
                progress.TaskProgressColumn(),
                progress.DownloadColumn(),
                progress.TransferSpeedColumn(),
                progress.TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._task = self._rich.add_task(self._name, total=self._total)
            self._rich.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._rich is not None:
            self._rich.stop()

    def tell(self, done: int, total: int) -> None:
        """Show how much is here; the last stretch is the check of the hash."""
        if self._rich is not None:
            name = f"{self._name}: checking the hash" if done >= total else self._name
            self._rich.update(self._task, completed=done, description=name)
            return
        tenth = done * 10 // total
        if tenth > self._tenth:
            self._tenth = tenth
            self._console.print(f"{self._name}: {megabytes(done)} of {megabytes(total)}")
