"""The bookkeeper: the ledger's front for the event loop, with one thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar, cast

from gearshift.core.clock import Clock, SystemClock
from gearshift.quota.entry import Reservation
from gearshift.quota.intents import Intents
from gearshift.quota.reservation import may_be_refused, reserved

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.model import Usage
    from gearshift.core.quota import PastShift, PlanWindow, Window
    from gearshift.core.results import Decision
    from gearshift.quota.days import Day
    from gearshift.quota.entry import Entry, Estimate, History, Spend, Today
    from gearshift.quota.ledger import Ledger
    from gearshift.settings.schema import QuotaSettings

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Job = Callable[["Ledger"], None]

HOLD_SECONDS = 0.05
"""How long what nobody waits for is held back. The thread takes the interpreter from the loop while
it works, and just then an answer is on its way to the editor."""


class Bookkeeper:
    """Everything is done in the order in which it was asked, off the loop; nothing is lost.

    What returns nothing is not waited for: it is done within `HOLD_SECONDS`, and before anything
    that is asked later. The thread starts with the first call, and sqlite3 is imported in it.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or SystemClock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._trouble: str | None = None
        self._intents = Intents(path)
        self._held: list[_Job] = []
        self._release: asyncio.TimerHandle | None = None

    @property
    def trouble(self) -> str | None:
        """Why the ledger's file can't be used at the moment: one sentence; None: it can."""
        return self._trouble

    async def reserve(self, estimate: Estimate, quota: QuotaSettings) -> Reservation:
        """Count an estimate against all budgets; raises BudgetReached where it does not fit.

        A caller that is cancelled meanwhile leaves no reservation behind. Where no budget has a say
        nothing is waited for: the reservation is noted in a file at once, and entered soon.
        """
        if not may_be_refused(estimate, quota):
            entry = reserved(estimate, self._clock.time())
            if self._intents.note(entry):
                self._tell(partial(self._enter, entry))
                return Reservation(entry)
        return await self._ask(lambda ledger: ledger.reserve(estimate, quota), self._give_back)

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
        await self._ask(
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
        self._tell(lambda ledger: ledger.settle(reservation, usage, usd, outcome, seconds, tries))

    async def windows(self, quota: QuotaSettings) -> tuple[Window, ...]:
        """Return all windows as they stand: the budgets' in their order, then the plans'."""
        return await self._ask(lambda ledger: ledger.windows(quota))

    async def today(self) -> Today:
        """Return what was used since midnight, local time."""
        return await self._ask(lambda ledger: ledger.today())

    async def recent(self, n: int = 50) -> tuple[Entry, ...]:
        """Return the latest `n` requests, latest first."""
        return await self._ask(lambda ledger: ledger.recent(n))

    async def spend(self, after: float) -> tuple[Spend, ...]:
        """Return use by provider, model and task since a Unix time, the most expensive first."""
        return await self._ask(lambda ledger: ledger.spend(after))

    async def days(self, n: int) -> tuple[Day, ...]:
        """Return use of the last `n` days by local day, the oldest first and today last."""
        return await self._ask(lambda ledger: ledger.days(n))

    async def history(self, after: float) -> History:
        """Return all requests since a Unix time, and what was shown and accepted since."""
        return await self._ask(lambda ledger: ledger.history(after))

    async def shifts(self, n: int = 20) -> tuple[PastShift, ...]:
        """Return the latest `n` changes of gear of all processes, latest first."""
        return await self._ask(lambda ledger: ledger.shifts(n))

    async def decisions(self, n: int = 20) -> tuple[Decision, ...]:
        """Return the latest `n` decisions of all processes, latest first."""
        return await self._ask(lambda ledger: ledger.decisions(n))

    def judge(self, request_id: int, label: str | None = None, kept: bool | None = None) -> None:
        """Note how good a request's result was found and whether the user kept it."""
        self._tell(lambda ledger: ledger.judge(request_id, label, kept))

    def observe_plan(self, plan: PlanWindow) -> None:
        """Note a vendor's word on its window, for every process to see."""
        self._tell(lambda ledger: ledger.observe_plan(plan))

    def record_shift(self, shift: PastShift) -> None:
        """Note a change of gear that was announced."""
        self._tell(lambda ledger: ledger.record_shift(shift))

    def record_decision(self, decision: Decision) -> None:
        """Note a decision for `gearshift why`."""
        self._tell(lambda ledger: ledger.record_decision(decision))

    def count(self, name: str, n: int = 1) -> None:
        """Add to a counter of today: `shown`, `accepted`."""
        self._tell(lambda ledger: ledger.count(name, n))

    async def close(self) -> None:
        """Do what is queued, close the file and end the thread."""
        self._release_held()
        thread = self._thread
        if thread is None:
            return
        await self._ask(lambda ledger: ledger.close())
        self._jobs.put(None)
        self._thread = None
        thread.join()
        self._intents.close()

    def _enter(self, entry: Entry, ledger: Ledger) -> None:
        ledger.enter(entry)
        if ledger.trouble is None:
            self._intents.entered(1)

    def _give_back(self, reservation: Reservation) -> None:
        self.settle_soon(reservation, None, None, "cancelled", 0.0)

    def _tell(self, work: Callable[[Ledger], object]) -> None:
        def job(ledger: Ledger) -> None:
            work(ledger)

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the ledger's own thread, after the loop was closed
            self._queue(job)
            return
        self._held.append(job)
        if self._release is None:
            self._release = loop.call_later(HOLD_SECONDS, self._release_held)

    def _release_held(self) -> None:
        if self._release is not None:
            self._release.cancel()
            self._release = None
        held, self._held = self._held, []
        if held:
            self._queue(partial(_do_all, held))

    async def _ask(
        self,
        work: Callable[[Ledger], _T],
        orphaned: Callable[[_T], None] | None = None,
        *,
        shield: bool = False,
    ) -> _T:
        self._release_held()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_T] = loop.create_future()

        def deliver(result: _T | None, error: Exception | None) -> None:
            if answer.cancelled():
                if orphaned and error is None:
                    orphaned(cast("_T", result))
            elif error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(cast("_T", result))

        def job(ledger: Ledger) -> None:
            if answer.cancelled() and not shield:
                return
            result, error = None, None
            try:
                result = work(ledger)
            except Exception as failure:  # noqa: BLE001 the asker gets it, whatever it is
                error = failure
            self._trouble = ledger.trouble
            try:
                loop.call_soon_threadsafe(deliver, result, error)
            except RuntimeError:  # the loop was closed: nobody waits any more
                if orphaned and error is None:
                    orphaned(cast("_T", result))

        self._queue(job)
        return await _taken(answer, orphaned)

    def _queue(self, job: _Job) -> None:
        if self._thread is None:
            self._thread = threading.Thread(
                target=partial(_keep, self._path, self._clock, self._jobs),
                name="gearshift-ledger",
                daemon=True,
            )
            self._thread.start()
        self._jobs.put(job)


async def _taken(answer: asyncio.Future[_T], orphaned: Callable[[_T], None] | None) -> _T:
    try:
        return await answer
    except asyncio.CancelledError:
        # Cancelled after the answer had come, before the asker could take it.
        if orphaned and answer.done() and not answer.cancelled() and not answer.exception():
            orphaned(answer.result())
        raise


def _keep(path: Path, clock: Clock, jobs: SimpleQueue[Any]) -> None:
    # Imported here: sqlite3 costs 3 ms and is not needed to start.
    from gearshift.quota.ledger import Ledger

    ledger = Ledger(path, clock)
    while job := jobs.get():
        _do(job, ledger)


def _do_all(jobs: list[_Job], ledger: Ledger) -> None:
    for job in jobs:
        _do(job, ledger)


def _do(job: _Job, ledger: Ledger) -> None:
    try:
        job(ledger)
    except Exception:  # noqa: BLE001 nobody waits for it; the next jobs must still be done
        _log.exception("The ledger failed at a job")
