"""Accounts: budgets against the ledger's rows, or what is remembered where it can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.errors import BudgetReached
from gearshift.quota.budgets import Overrun, overrun, sentence
from gearshift.quota.reservation import may_be_refused
from gearshift.quota.windows import SECONDS, budget_window

if TYPE_CHECKING:
    from gearshift.core.clock import Clock
    from gearshift.core.quota import Window
    from gearshift.quota.book import Book
    from gearshift.quota.entry import Counts, Estimate
    from gearshift.quota.spare import Spare
    from gearshift.settings.schema import Budget, QuotaSettings

STEPS = 20
"""Heavy requests that tell how much one of them moves a window."""


class Accounts:
    """How full each budget's window is, and whether a request still fits."""

    def __init__(self, clock: Clock, spare: Spare) -> None:
        self._clock = clock
        self._spare = spare

    def enforce(self, estimate: Estimate, quota: QuotaSettings, book: Book | None) -> None:
        """Raise BudgetReached where the estimate does not fit; `book` None: it can't be read."""
        if not may_be_refused(estimate, quota):
            return
        now = self._clock.time()
        for budget in quota.budgets:
            counts = self._counts(budget, book, now) or self._spare.own_counts(float("-inf"))
            over = overrun(budget, counts, estimate, quota)
            if over:
                raise BudgetReached(sentence(over, _room_at(book, over, now), now))

    def _counts(self, budget: Budget, book: Book | None, now: float) -> Counts | None:
        if book is None:
            return self._spare.counts(budget.window, now)
        counts = book.counts(now - SECONDS[budget.window])
        self._spare.remember(budget.window, counts, now)
        return counts

    def window(self, budget: Budget, book: Book, now: float) -> Window:
        """Return a budget's window as the rows say."""
        counts = self._counts(budget, book, now)
        after = now - SECONDS[budget.window]
        return budget_window(
            budget,
            counts,
            oldest=book.oldest(after),
            observed_at=now,
            now=now,
            held=book.held(after),
            largest=book.latest_heavy(after, STEPS),
        )

    def blind_window(self, budget: Budget, now: float) -> Window:
        """Return a budget's window as it is remembered."""
        counts, seen = self._spare.counts(budget.window, now), self._spare.read_at
        return budget_window(budget, counts, oldest=None, observed_at=seen, now=now)


def _room_at(book: Book | None, over: Overrun, now: float) -> float | None:
    if book is None or not over.can_ever_fit:
        return None
    seconds = SECONDS[over.budget.window]
    return book.room_at(now - seconds, over.unit, over.excess, seconds)
