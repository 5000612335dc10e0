"""The ledger: reserve, settle and look up, on one file that all processes of a user share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.quota.accounts import Accounts
from gearshift.quota.days import Day, read_days
from gearshift.quota.entry import Entry, Estimate, History, Reservation, Spend, Today
from gearshift.quota.ledger_file import LedgerFile, Pages
from gearshift.quota.notes import day_of
from gearshift.quota.reservation import reserved
from gearshift.quota.spare import Spare
from gearshift.quota.upkeep import enter_left, lapse, mend_clock
from gearshift.quota.windows import plan_window

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gearshift.core.clock import Clock
    from gearshift.core.model import Usage
    from gearshift.core.quota import PastShift, PlanWindow, Window
    from gearshift.core.suggestions import Decision
    from gearshift.settings.schema import QuotaSettings

SWEEP_SECONDS = 60.0


class Ledger:
    """Blocking, and for one thread only; `Bookkeeper` is its front for the event loop.

    Nothing here raises for a broken, full or locked disk: the accounting goes on in memory and
    is merged into the file once it can be; `trouble` says so.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._spare = Spare()
        self._accounts = Accounts(clock, self._spare)
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
            mend_clock(pages.book, self._clock.time())
            self._accounts.enforce(estimate, quota, pages.book)
            pages.book.put(entry)

        if self._file.write(on_file):
            self._spare.follow(entry)
        else:
            self._accounts.enforce(estimate, quota, None)
            self._spare.put(entry)
        return Reservation(entry)

    def enter(self, entry: Entry) -> None:
        """Write the row of a request that no budget may refuse."""

        def on_file(pages: Pages) -> None:
            mend_clock(pages.book, self._clock.time())
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
            budgets = [self._accounts.window(budget, pages.book, now) for budget in quota.budgets]
            return (*budgets, *(plan_window(plan, now) for plan in pages.notes.plans()))

        blind = tuple(self._accounts.blind_window(budget, now) for budget in quota.budgets)
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
        self._file.write(lambda pages: lapse(pages.book, self._clock.time()))
        enter_left(self._file)

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
