"""The bookkeeper: the ledger's front for the event loop; a clerk works on the file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gearshift.core.clock import Clock, SystemClock
from gearshift.quota.clerk import Clerk
from gearshift.quota.entry import Reservation
from gearshift.quota.intents import Intents
from gearshift.quota.reservation import may_be_refused, reserved

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.model import Usage
    from gearshift.core.quota import PastShift, PlanWindow, Window
    from gearshift.core.suggestions import Decision
    from gearshift.quota.days import Day
    from gearshift.quota.entry import Entry, Estimate, History, Spend, Today
    from gearshift.quota.ledger import Ledger
    from gearshift.settings.schema import QuotaSettings


class Bookkeeper:
    """Everything is done in the order in which it was asked, off the loop; nothing is lost.

    What returns nothing is not waited for: it is done soon, and before anything that is asked
    later.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._clerk = Clerk(path, self._clock)
        self._intents = Intents(path)
        self._n_spared = 0
        """Of the requests noted, those that the ledger's spare pages hold and its file does not."""

    @property
    def trouble(self) -> str | None:
        """Why the ledger's file can't be used at the moment: one sentence; None: it can."""
        return self._clerk.trouble

    async def reserve(self, estimate: Estimate, quota: QuotaSettings) -> Reservation:
        """Count an estimate against all budgets; raises BudgetReached where it does not fit.

        A caller that is cancelled meanwhile leaves no reservation behind. Where no budget has a say
        nothing is waited for: the reservation is noted in a file at once, and entered soon.
        """
        if not may_be_refused(estimate, quota):
            entry = reserved(estimate, self._clock.time())
            if self._intents.note(entry):
                self._clerk.tell(partial(self._enter, entry))
                return Reservation(entry)
        return await self._clerk.ask(
            lambda ledger: ledger.reserve(estimate, quota), self._give_back
        )

    async def settle(
        self,
        reservation: Reservation,
        usage: Usage | None,
        usd: float | None,
        outcome: str,
        seconds: float,
    ) -> None:
        """Put real figures in place of the estimate; done even if the caller is cancelled.

        `usage` None: nothing reached the vendor, so nothing is counted.
        """
        await self._clerk.ask(
            lambda ledger: ledger.settle(reservation, usage, usd, outcome, seconds), shield=True
        )

    def settle_soon(
        self,
        reservation: Reservation,
        usage: Usage | None,
        usd: float | None,
        outcome: str,
        seconds: float,
        tries: int | None = None,
    ) -> None:
        """Settle without waiting, for places that can't await (a generator that is closed)."""
        self._clerk.tell(
            lambda ledger: ledger.settle(reservation, usage, usd, outcome, seconds, tries)
        )

    async def windows(self, quota: QuotaSettings) -> tuple[Window, ...]:
        """Return all windows as they stand: the budgets' in their order, then the plans'."""
        return await self._clerk.ask(lambda ledger: ledger.windows(quota))

    async def today(self) -> Today:
        """Return what was used since midnight, local time."""
        return await self._clerk.ask(lambda ledger: ledger.today())

    async def recent(self, n: int = 50) -> tuple[Entry, ...]:
        """Return the latest `n` requests, latest first."""
        return await self._clerk.ask(lambda ledger: ledger.recent(n))

    async def spend(self, after: float) -> tuple[Spend, ...]:
        """Return use by provider, model and task since a Unix time, the most expensive first."""
        return await self._clerk.ask(lambda ledger: ledger.spend(after))

    async def days(self, n: int) -> tuple[Day, ...]:
        """Return use of the last `n` days by local day, the oldest first and today last."""
        return await self._clerk.ask(lambda ledger: ledger.days(n))

    async def history(self, after: float) -> History:
        """Return all requests since a Unix time, and what was shown and accepted since."""
        return await self._clerk.ask(lambda ledger: ledger.history(after))

    async def shifts(self, n: int = 20) -> tuple[PastShift, ...]:
        """Return the latest `n` changes of gear of all processes, latest first."""
        return await self._clerk.ask(lambda ledger: ledger.shifts(n))

    async def decisions(self, n: int = 20) -> tuple[Decision, ...]:
        """Return the latest `n` decisions of all processes, latest first."""
        return await self._clerk.ask(lambda ledger: ledger.decisions(n))

    def judge(self, request_id: int, label: str | None = None, kept: bool | None = None) -> None:
        """Note how good a request's result was found and whether the user kept it."""
        self._clerk.tell(lambda ledger: ledger.judge(request_id, label, kept))

    def observe_plan(self, plan: PlanWindow) -> None:
        """Note a vendor's word on its window, for every process to see."""
        self._clerk.tell(lambda ledger: ledger.observe_plan(plan))

    def record_shift(self, shift: PastShift) -> None:
        """Note a change of gear that was announced."""
        self._clerk.tell(lambda ledger: ledger.record_shift(shift))

    def record_decision(self, decision: Decision) -> None:
        """Note a decision for `gearshift why`."""
        self._clerk.tell(lambda ledger: ledger.record_decision(decision))

    def count(self, name: str, n: int = 1) -> None:
        """Add to a counter of today: `shown`, `accepted`."""
        self._clerk.tell(lambda ledger: ledger.count(name, n))

    async def close(self) -> None:
        """Do what is queued, close the file and end the thread."""
        await self._clerk.end(self._end)
        self._intents.close()

    def _enter(self, entry: Entry, ledger: Ledger) -> None:
        ledger.enter(entry)
        self._n_spared += 1
        self._strike_out(ledger)

    def _end(self, ledger: Ledger) -> None:
        ledger.close()
        self._strike_out(ledger)

    def _strike_out(self, ledger: Ledger) -> None:
        """Take what the file holds by now off the intents: with the first write it gets all."""
        if ledger.trouble is None and self._n_spared:
            self._intents.entered(self._n_spared)
            self._n_spared = 0

    def _give_back(self, reservation: Reservation) -> None:
        self.settle_soon(reservation, None, None, "cancelled", 0.0)
