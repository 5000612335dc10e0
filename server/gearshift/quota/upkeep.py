"""Upkeep of the ledger: what is left by processes that are gone, and by clocks put back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.quota import intents, process
from gearshift.quota.book import FUTURE_MS, Book, to_ms

if TYPE_CHECKING:
    from gearshift.quota.entry import Entry
    from gearshift.quota.ledger_file import LedgerFile, Pages


def lapse(book: Book, now: float) -> None:
    """Mark reservations as lapsed whose time is over or whose process is gone."""
    own = process.own()

    def is_left(entry: Entry) -> bool:
        if entry.expires <= now:
            return True
        return (entry.pid, entry.born) != own and process.is_gone(entry.pid, entry.born)

    for entry in filter(is_left, book.open_reservations()):
        book.put(replace(entry, state="lapsed", outcome="lapsed"))


def enter_left(file: LedgerFile) -> None:
    """Enter what processes that are gone had noted and not entered yet."""
    for left, entries in intents.left(file.path):

        def on_file(pages: Pages, entries: tuple[Entry, ...] = entries) -> None:
            for entry in entries:
                if pages.book.get(entry.id) is None:
                    pages.book.put(replace(entry, state="lapsed", outcome="lapsed"))

        if file.write(on_file):
            intents.remove(left)


def mend_clock(book: Book, now: float) -> None:
    """Date rows of the future now.

    A clock that ran ahead and was put back leaves them, and no window would ever let them go; so
    they count once and leave in time.
    """
    horizon = now + FUTURE_MS / 1000
    if book.has_rows_after(horizon):
        for entry in book.rows_after(horizon):
            book.put(replace(entry, at=to_ms(now) / 1000))
