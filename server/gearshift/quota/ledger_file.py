"""The ledger's file as its users see it: work is done on it, or it says why it can't be."""

from __future__ import annotations

import logging
import sqlite3
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gearshift.quota import database, retention
from gearshift.quota.book import Book
from gearshift.quota.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gearshift.core.clock import Clock
    from gearshift.quota.spare import Spare

RETRY_SECONDS = 5.0
"""Pause between attempts on a file that could not be used; each may wait for its lock."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Pages(NamedTuple):
    """An open file."""

    connection: sqlite3.Connection
    book: Book
    notes: Notes


class LedgerFile:
    """Opens the file when it is needed and again when it was replaced.

    Whatever happens to the disk, nothing rises from here but what the work itself raises; what
    is in the spare pages is merged as soon as the file can be written to.
    """

    def __init__(self, path: Path, clock: Clock, spare: Spare) -> None:
        self.path = path
        self.trouble: str | None = None
        """Why the file can't be used at the moment: one sentence; None: it can."""
        self._clock = clock
        self._spare = spare
        self._pages: Pages | None = None
        self._file: tuple[int, int] | None = None
        self._retry_at = float("-inf")

    def write(self, work: Callable[[Pages], None]) -> bool:
        """Do `work` in one transaction; False where the file can't be written to."""

        def attempt(pages: Pages) -> None:
            with database.writing(pages.connection):
                work(pages)

        return self._attempt(attempt)

    def read(self, work: Callable[[Pages], _T], blind: _T) -> _T:
        """Return the answer out of the file, or `blind` where it can't be read."""
        answers: list[_T] = []
        is_done = self._attempt(lambda pages: answers.append(work(pages)))
        return answers[-1] if is_done else blind

    def close(self) -> None:
        """Merge the spare pages if that is possible, and close the file."""
        self._retry_at = float("-inf")
        if self._spare:
            self.write(lambda _: None)
        self._drop()

    def _attempt(self, work: Callable[[Pages], None]) -> bool:
        if self.trouble and self._clock.monotonic() < self._retry_at:
            return False
        try:
            self._do(work)
        except (sqlite3.Error, OSError) as error:
            return self._attempt_again(work, error)
        return True

    def _attempt_again(self, work: Callable[[Pages], None], error: Exception) -> bool:
        if database.is_damage(error):
            try:
                self._replace_damaged()
                self._do(work)
            except (sqlite3.Error, OSError) as failure:
                error = failure
            else:
                return True
        self._suffer(error)
        return False

    def _do(self, work: Callable[[Pages], None]) -> None:
        pages = self._open()
        if self._spare:
            with database.writing(pages.connection):
                self._merge(pages)
            self._spare.clear()
        work(pages)
        if self.trouble:
            _log.info("The ledger %s can be used again.", self.path)
            self.trouble = None

    def _open(self) -> Pages:
        if self._pages is None or database.file_id(self.path) != self._file:
            self._drop()
            connection = database.open_database(self.path)
            self._pages = Pages(connection, Book(connection), Notes(connection))
            self._file = database.file_id(self.path)
            retention.run_daily(connection, self._clock.time())
        return self._pages

    def _drop(self) -> None:
        if self._pages:
            self._pages.connection.close()
        self._pages = None

    def _merge(self, pages: Pages) -> None:
        for entry in self._spare.entries:
            pages.book.put(entry)
        for decision in self._spare.decisions:
            pages.notes.put_decision(decision)
        for shift in self._spare.shifts:
            pages.notes.put_shift(shift)
        for (day, name), n in self._spare.counters.items():
            pages.notes.add(day, name, n)

    def _replace_damaged(self) -> None:
        self._drop()
        aside = database.set_aside(self.path, self._clock.time())
        if aside:
            _log.warning("The ledger was damaged; it was set aside as %s.", aside)

    def _suffer(self, error: Exception) -> None:
        self._drop()
        self._retry_at = self._clock.monotonic() + RETRY_SECONDS
        reason = getattr(error, "strerror", None) or str(error)
        trouble = (
            f"The ledger {self.path} can't be used ({reason}); use is counted in memory and merged"
            " when the file can be written again."
        )
        if trouble != self.trouble:
            _log.warning("%s", trouble)
        self.trouble = trouble
