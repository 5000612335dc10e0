"""The clerk: the one thread that works on the ledger, and the jobs that it is given."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.clock import Clock
    from gearshift.quota.ledger import Ledger

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Job = Callable[["Ledger"], None]

HOLD_SECONDS = 0.05
"""What nobody waits for is held back until nothing was told for so long. The thread takes the
interpreter from the loop while it works, and just then an answer is on its way to the editor."""
MOST_SECONDS = 0.5
"""Longest time that anything is held back while more and more is told."""


class Clerk:
    """Jobs are done in the order in which they were given, off the loop; none is lost.

    The thread starts with the first job, and sqlite3 is imported in it.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._held: list[_Job] = []
        self._release: asyncio.TimerHandle | None = None
        self._first_at = self._last_at = 0.0
        """Loop times at which the first and the last of what is held were told."""
        self.trouble: str | None = None
        """Why the ledger's file could not be used with the last job that was waited for."""

    def tell(self, work: Callable[[Ledger], object]) -> None:
        """Have `work` done within `MOST_SECONDS`, and before anything that is asked later."""

        def job(ledger: Ledger) -> None:
            work(ledger)

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the ledger's own thread, after the loop was closed
            self.queue(job)
            return
        self._held.append(job)
        self._last_at = loop.time()
        if self._release is None:
            self._first_at = self._last_at
            self._release = loop.call_later(HOLD_SECONDS, self._release_at_rest, loop)

    def _release_at_rest(self, loop: asyncio.AbstractEventLoop) -> None:
        due = min(self._last_at + HOLD_SECONDS, self._first_at + MOST_SECONDS)
        # A timer may come early by the clock's resolution.
        if due - loop.time() > HOLD_SECONDS / 10:
            self._release = loop.call_at(due, self._release_at_rest, loop)
        else:
            self._release_held()

    def _release_held(self) -> None:
        if self._release is not None:
            self._release.cancel()
            self._release = None
        held, self._held = self._held, []
        if held:
            self.queue(partial(_do_all, held))

    async def ask(
        self,
        work: Callable[[Ledger], _T],
        orphaned: Callable[[_T], None] | None = None,
        *,
        shield: bool = False,
    ) -> _T:
        """Return the result of `work`, or raise what it raised.

        A caller that is cancelled has it left undone where it was not begun, unless `shield`;
        `orphaned` is given a result that nobody takes.
        """
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
            self.trouble = ledger.trouble
            try:
                loop.call_soon_threadsafe(deliver, result, error)
            except RuntimeError:  # the loop was closed: nobody waits any more
                if orphaned and error is None:
                    orphaned(cast("_T", result))

        self.queue(job)
        return await _taken(answer, orphaned)

    async def end(self, last: Callable[[Ledger], None]) -> None:
        """Do what is held and queued, then `last`, and end the thread."""
        self._release_held()
        thread = self._thread
        if thread is None:
            return
        await self.ask(last)
        self._jobs.put(None)
        self._thread = None
        thread.join()

    def queue(self, job: _Job) -> None:
        """Have `job` done without holding it back."""
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
