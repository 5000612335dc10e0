"""A process that writes to a ledger, for tests with several at once.

`python ledger_writer.py PATH spend N LIMIT`: N times reserve 100 tokens and settle 10, within a
budget of LIMIT requests; prints how many were granted.
`python ledger_writer.py PATH note N`: settles N requests, reserves one more of 100 tokens that no
budget refuses, says `held`, and waits to be killed before it is entered.
`python ledger_writer.py PATH hold`: reserves 100 tokens, says `held`, and waits to be killed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gearshift.core.clock import SystemClock
from gearshift.core.errors import BudgetReached
from gearshift.core.model import Usage
from gearshift.quota.bookkeeper import Bookkeeper
from gearshift.quota.entry import Estimate
from gearshift.quota.ledger import Ledger
from gearshift.settings.schema import Budget, QuotaSettings

ESTIMATE = Estimate(
    "tests", "openai", "gpt-6.1-sol", "full", "full", "The settings say so.", 100, 0, 0.001
)


def spend(ledger: Ledger, times: int, limit: int) -> int:
    quota = QuotaSettings(budgets=(Budget("day", requests=limit),))
    granted = 0
    for _ in range(times):
        try:
            reservation = ledger.reserve(ESTIMATE, quota)
        except BudgetReached:
            continue
        ledger.settle(reservation, Usage(input=8, output=2), 0.0005, "completed", 0.1)
        granted += 1
    return granted


async def note(path: Path, settled: int) -> None:
    """Settle some requests, reserve one more that no budget refuses, and hang."""
    books = Bookkeeper(path)
    for _ in range(settled):
        reservation = await books.reserve(ESTIMATE, QuotaSettings())
        books.settle_soon(reservation, Usage(input=8, output=2), 0.0005, "completed", 0.1)
    await books.windows(QuotaSettings())
    await books.reserve(ESTIMATE, QuotaSettings())
    print("held", flush=True)
    sys.stdin.read()


def main() -> None:
    path, task, *numbers = sys.argv[1:]
    ledger = Ledger(Path(path), SystemClock())
    if task == "note":
        asyncio.run(note(Path(path), settled=int(numbers[0])))
        return
    if task == "hold":
        ledger.reserve(ESTIMATE, QuotaSettings())
        print("held", flush=True)
        sys.stdin.read()
        return
    print("ready", flush=True)
    sys.stdin.readline()
    print(spend(ledger, *map(int, numbers)), flush=True)
    ledger.close()


if __name__ == "__main__":
    main()
