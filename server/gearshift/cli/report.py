"""`gearshift report`: spending, performance, costs of results and drift of the last 30 days."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE
from gearshift.core.errors import SettingsError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gearshift.metrics.summary import Summary


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the form of the report."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print it as JSON")
    form.add_argument("--html", type=Path, metavar="FILE", help="write it as one HTML page")


def run(arguments: Namespace) -> int:
    """Print or write the report; return the exit code."""
    from gearshift.cli.headless import run_to_end
    from gearshift.metrics.summary import to_json, to_text

    summary = run_to_end(_summary())
    if arguments.html:
        _write(arguments.html, summary)
    elif arguments.json:
        import json

        print(json.dumps(to_json(summary), indent=2, ensure_ascii=False))
    else:
        print(to_text(summary), end="")
    return DONE


def _write(path: Path, summary: Summary) -> None:
    from gearshift.metrics.html import to_html

    try:
        path.write_text(to_html(summary), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror}.") from error
    print(f"The report is in {path}.")


async def _summary() -> Summary:
    from gearshift.cli.headless import engine
    from gearshift.cli.terminal import TerminalEditor
    from gearshift.metrics.summary import summarize
    from gearshift.quota.notes import day_of

    async with engine(TerminalEditor()) as app:
        now = app.clock.time()
        return await summarize(app.ledger, day_of(now) / 1000, now)
