"""The ledger: reserve, settle and look up, on one file that all processes of a user share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.core.errors import BudgetReached
from gearshift.quota import intents, process
from gearshift.quota.book import FUTURE_MS, Book, to_ms
from gearshift.quota.budgets import Overrun, overrun, sentence
from gearshift.quota.days import Day, read_days
from gearshift.quota.entry import Counts, Entry, Estimate, History, Reservation, Spend, Today
from gearshift.quota.ledger_file import LedgerFile, Pages
from gearshift.quota.notes import day_of
from gearshift.quota.reservation import may_be_refused, reserved
from gearshift.quota.spare import Spare
from gearshift.quota.windows import SECONDS, budget_window, plan_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gearshift.core.clock import Clock
    from gearshift.core.model import Usage
    from gearshift.core.quota import PastShift, PlanWindow, Window
    from gearshift.core.results import Decision
    from gearshift.settings.schema import Budget, QuotaSettings

SWEEP_SECONDS = 60.0
STEPS = 20
"""Heavy requests that tell how much one of them moves a window."""


class Ledger:
    """Blocking, and for one thread only; `Bookkeeper` is its front for the event loop.

    Nothing here raises for a broken, full or locked disk: the accounting goes on in memory and
    is merged into the file once it can be; `trouble` says so.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._spare = Spare()
        self._file = LedgerFile(path, clock, self._spare)
        self._swept_at = float("-inf")

    @property
    def trouble(self) -> str | None:
        """Why the file can't be used at the moment: one sentence; None: it can."""
        return self._file.trouble

    def reserve(self, estimate: Estimate, quota: QuotaSettings) -> Reservation:
        """Count the estimate against all budgets; raises BudgetReached where it does not fit."""
        entry = reserved(estimate, self._clock.time())

        def on_file(pages: Pages) -> None:
            self._mend_clock(pages.book)
            self._enforce(estimate, quota, pages.book)
            pages.book.put(entry)

        if self._file.write(on_file):
            self._spare.follow(entry)
        else:
            self._enforce(estimate, quota, None)
            self._spare.put(entry)
        return Reservation(entry)

    def enter(self, entry: Entry) -> None:
        """Write the row of a request that no budget may refuse."""

        def on_file(pages: Pages) -> None:
            self._mend_clock(pages.book)
            pages.book.put(entry)

        if self._file.write(on_file):
            self._spare.follow(entry)
        else:
            self._spare.put(entry)

    def settle(
        self,
        reservation: Reservation,
        usage: Usage | None,
        usd: float | None,
        outcome: str,
        seconds: float,
        tries: int | None = None,
    ) -> None:
        """Put real figures in place of the estimate; a second call replaces the first.

        `usage` None: nothing reached the vendor, so nothing is counted.
        """
        settled = reservation.entry.settle(usage, usd, outcome, seconds, tries)

        def settle(earlier: Entry) -> Entry:
            # The date, which may have been mended, and the user's verdict are the ledger's own.
            return replace(settled, at=earlier.at, label=earlier.label, kept=earlier.kept)

        self._change(reservation.id, settle, reservation.entry)

    def judge(self, request_id: int, label: str | None = None, kept: bool | None = None) -> None:
        """Note how good a request's result was found and whether the user kept it.

        None leaves the earlier note; an unknown id is ignored.
        """

        def note(entry: Entry) -> Entry:
            kept_now = entry.kept if kept is None else kept
            return replace(entry, label=label or entry.label, kept=kept_now)

        self._change(request_id, note, None)

    def windows(self, quota: QuotaSettings) -> tuple[Window, ...]:
        """Return all windows as they stand: the budgets' in their order, then the plans'."""
        now = self._clock.time()
        if self._clock.monotonic() - self._swept_at >= SWEEP_SECONDS:
            self.sweep()

        def on_file(pages: Pages) -> tuple[Window, ...]:
            budgets = [self._window(budget, pages.book, now) for budget in quota.budgets]
            return (*budgets, *(plan_window(plan, now) for plan in pages.notes.plans()))

        blind = tuple(self._blind_window(budget, now) for budget in quota.budgets)
        return self._file.read(on_file, blind)

    def today(self) -> Today:
        """Return what was used since midnight, local time; unknown where the file is unreadable."""
        day = day_of(self._clock.time())

        def on_file(pages: Pages) -> Today:
            before = (day - 1) / 1000
            counts = pages.book.counts(before) + pages.book.counts(before, is_metered=False)
            shown, accepted = (pages.notes.counter(day, name) for name in ("shown", "accepted"))
            return Today(counts.use, counts.unpriced, shown, accepted)

        return self._file.read(on_file, Today())

    def recent(self, n: int) -> tuple[Entry, ...]:
        """Return the latest `n` requests, latest first."""
        return self._file.read(lambda pages: pages.book.recent(n), self._spare.entries[::-1][:n])

    def spend(self, after: float) -> tuple[Spend, ...]:
        """Return use by provider, model and task since a Unix time, the most expensive first."""
        return self._file.read(lambda pages: pages.book.spend(after), ())

    def days(self, n: int) -> tuple[Day, ...]:
        """Return use by local day, the oldest first and today last; () where it can't be read."""
        return self._file.read(lambda pages: read_days(pages.book, self._clock.time(), n), ())

    def history(self, after: float) -> History:
        """Return all requests since a Unix time, and what was shown and accepted since."""

        def on_file(pages: Pages) -> History:
            counted = pages.notes.counted(after)
            shown, accepted = (counted.pop(name, 0) for name in ("shown", "accepted"))
            return History(tuple(pages.book.rows_after(after)), shown, accepted, counted)

        return self._file.read(on_file, History(tuple(self._spare.entries)))

    def observe_plan(self, plan: PlanWindow) -> None:
        """Note a vendor's word on its window, for every process to see."""
        self._file.write(lambda pages: pages.notes.put_plan(plan))

    def record_decision(self, decision: Decision) -> None:
        """Note a decision for `gearshift why`; one that repeats the last is left out."""
        if not self._file.write(lambda pages: pages.notes.put_decision(decision)):
            self._spare.decisions.append(decision)

    def record_shift(self, shift: PastShift) -> None:
        """Note a change of gear that was announced."""
        if not self._file.write(lambda pages: pages.notes.put_shift(shift)):
            self._spare.shifts.append(shift)

    def shifts(self, n: int) -> tuple[PastShift, ...]:
        """Return the latest `n` changes of gear of all processes, latest first."""
        blind = tuple(self._spare.shifts)[::-1][:n]
        return self._file.read(lambda pages: pages.notes.shifts(n), blind)

    def decisions(self, n: int) -> tuple[Decision, ...]:
        """Return the latest `n` decisions of all processes, latest first."""
        blind = tuple(self._spare.decisions)[::-1][:n]
        return self._file.read(lambda pages: pages.notes.decisions(n), blind)

    def count(self, name: str, n: int = 1) -> None:
        """Add to a counter of today: `shown`, `accepted`."""
        day = day_of(self._clock.time())
        if not self._file.write(lambda pages: pages.notes.add(day, name, n)):
            self._spare.counters[day, name] += n

    def sweep(self) -> None:
        """Mark reservations as lapsed whose time is over or whose process is gone.

        Their estimate stands until they are settled after all. What a process that is gone had not
        entered yet is entered.
        """
        self._swept_at = self._clock.monotonic()
        now, own = self._clock.time(), process.own()

        def is_left(entry: Entry) -> bool:
            if entry.expires <= now:
                return True
            return (entry.pid, entry.born) != own and process.is_gone(entry.pid, entry.born)

        def on_file(pages: Pages) -> None:
            for entry in filter(is_left, pages.book.open_reservations()):
                pages.book.put(replace(entry, state="lapsed", outcome="lapsed"))

        self._file.write(on_file)
        self._enter_left()

    def _enter_left(self) -> None:
        for file, entries in intents.left(self._file.path):

            def on_file(pages: Pages, entries: tuple[Entry, ...] = entries) -> None:
                for entry in entries:
                    if pages.book.get(entry.id) is None:
                        pages.book.put(replace(entry, state="lapsed", outcome="lapsed"))

            if self._file.write(on_file):
                intents.remove(file)

    def close(self) -> None:
        """Merge what is in memory if that is possible, and close the file."""
        self._file.close()

    def _change(
        self, request_id: int, change: Callable[[Entry], Entry], missing: Entry | None
    ) -> None:
        """Change a row; where the file has lost it, `missing` stands for it."""
        changed: list[Entry] = []

        def on_file(pages: Pages) -> None:
            entry = pages.book.get(request_id) or missing
            if entry:
                changed.append(change(entry))
                pages.book.put(changed[-1])

        if self._file.write(on_file):
            for entry in changed[-1:]:
                self._spare.follow(entry)
            return
        entry = self._spare.get(request_id) or missing
        if entry:
            self._spare.put(change(entry))

    def _enforce(self, estimate: Estimate, quota: QuotaSettings, book: Book | None) -> None:
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

    def _window(self, budget: Budget, book: Book, now: float) -> Window:
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

    def _blind_window(self, budget: Budget, now: float) -> Window:
        counts, seen = self._spare.counts(budget.window, now), self._spare.read_at
        return budget_window(budget, counts, oldest=None, observed_at=seen, now=now)

    def _mend_clock(self, book: Book) -> None:
        # A clock that ran ahead and was put back leaves rows in the future, which no window
        # would ever let go: they are dated now, so they count once and leave in time.
        now = self._clock.time()
        horizon = now + FUTURE_MS / 1000
        if book.has_rows_after(horizon):
            for entry in book.rows_after(horizon):
                book.put(replace(entry, at=to_ms(now) / 1000))


def _room_at(book: Book | None, over: Overrun, now: float) -> float | None:
    if book is None or not over.can_ever_fit:
        return None
    seconds = SECONDS[over.budget.window]
    return book.room_at(now - seconds, over.unit, over.excess, seconds)
