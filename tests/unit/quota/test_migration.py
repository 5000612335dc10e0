"""A ledger made by an earlier Gearshift: brought up to date, its rows kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.support.clock import ManualClock
from tests.support.quota import estimate, quota

from gearshift.core.model import Usage
from gearshift.core.quota import PastShift
from gearshift.quota import database
from gearshift.quota.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

BACK_TO_1 = """
DROP INDEX request_heavy;
ALTER TABLE request DROP COLUMN action;
ALTER TABLE request DROP COLUMN tries;
ALTER TABLE plan DROP COLUMN model;
DROP TABLE shift;
PRAGMA user_version = 1;
"""


def made_by_version_1(path: Path) -> None:
    ledger = Ledger(path, ManualClock())
    ledger.settle(ledger.reserve(estimate(), quota()), Usage(input=40), 0.1, "answered", 0.2)
    ledger.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(BACK_TO_1)


def test_an_earlier_file_is_brought_up_to_date_and_its_rows_stay(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    made_by_version_1(path)

    clock = ManualClock()
    clock.pass_seconds(1)
    ledger = Ledger(path, clock)
    (row,) = ledger.recent(5)
    ledger.settle(ledger.reserve(estimate(action="a1"), quota()), Usage(2), 0.0, "answered", 0, 3)

    ledger.record_shift(PastShift(clock.time(), "full", "saver", "80 % used"))
    assert [shift.new for shift in ledger.shifts(5)] == ["saver"]
    assert (row.usage.input, row.action, row.tries) == (40, None, None)
    assert (ledger.recent(1)[0].action, ledger.recent(1)[0].tries) == ("a1", 3)
    assert ledger.trouble is None
    ledger.close()


def test_two_processes_that_meet_an_earlier_file_bring_it_up_to_date_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    made_by_version_1(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as late:
        assert late.execute("PRAGMA user_version").fetchone()[0] == 1
        database.open_database(path).close()
        with database.writing(late):
            database.migrate(late)
        columns = [row[1] for row in late.execute("PRAGMA table_info(request)")]
    assert columns.count("action") == columns.count("tries") == 1
