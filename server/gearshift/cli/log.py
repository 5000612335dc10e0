"""`gearshift log`: the latest requests, what they took, what came of them, and why."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gearshift.cli.exits import DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from gearshift.quota.entry import Entry

COLUMNS = (
    *("time", "task", "model", "gear", "tokens", "cost", "took", "tries"),
    *("label", "kept", "outcome", "reason"),
)
KEPT = {True: "yes", False: "no", None: ""}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare how many are wanted and in which form."""
    parser.add_argument("-n", type=int, default=20, metavar="N", help="how many (default 20)")
    parser.add_argument("--json", action="store_true", help="print them as JSON")


def run(arguments: Namespace) -> int:
    """Print requests, latest first; return the exit code."""
    import json

    from gearshift.cli.headless import run_to_end
    from gearshift.metrics.activity import request_row

    found = run_to_end(_entries(max(arguments.n, 1)))
    if arguments.json:
        print(json.dumps([request_row(entry) for entry in found], indent=2, ensure_ascii=False))
    elif not found:
        print("No request was made yet, by any editor or command.")
    else:
        print(table(found))
    return DONE


async def _entries(count: int) -> tuple[Entry, ...]:
    from gearshift.cli.headless import engine
    from gearshift.cli.terminal import TerminalEditor

    async with engine(TerminalEditor()) as app:
        return await app.ledger.recent(count)


def table(entries: Sequence[Entry]) -> str:
    """Return requests as aligned columns."""
    rows = [COLUMNS, *(_cells(entry) for entry in entries)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _cells(entry: Entry) -> tuple[str, ...]:
    from gearshift.cli.words import seconds, tokens
    from gearshift.metrics.report import money

    return (
        time.strftime("%m-%d %H:%M:%S", time.localtime(entry.at)),
        entry.task,
        entry.model,
        entry.gear,
        tokens(entry.usage),
        money(entry.usd),
        "" if entry.seconds is None else seconds(entry.seconds),
        "" if entry.tries is None else str(entry.tries),
        entry.label or "",
        KEPT[entry.kept],
        entry.outcome or entry.state,
        entry.reason,
    )
