"""A full, locked, damaged or missing file: requests go on, nothing is lost or counted twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.quota import estimate, quota

from gearshift.core.errors import BudgetReached
from gearshift.core.model import Usage
from gearshift.core.quota import PastShift, Use
from gearshift.core.results import Decision
from gearshift.quota import database
from gearshift.quota.ledger import Ledger
from gearshift.quota.ledger_file import RETRY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.settings.schema import QuotaSettings

BUDGET = quota(tokens=1000, usd=10.0)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 20)


@pytest.fixture
def ledger(path: Path, clock: ManualClock) -> Iterator[Ledger]:
    ledger = Ledger(path, clock)
    yield ledger
    ledger.close()


@pytest.fixture
def locked(path: Path, ledger: Ledger) -> Iterator[sqlite3.Connection]:
    """The file with a write lock held by somebody else."""
    ledger.windows(BUDGET)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def used(ledger: Ledger, settings: QuotaSettings = BUDGET) -> Use:
    return ledger.windows(settings)[0].used


def unlock(other: sqlite3.Connection, clock: ManualClock) -> None:
    other.execute("ROLLBACK")
    clock.pass_seconds(RETRY_SECONDS)


def test_a_locked_file_does_not_stop_requests(
    ledger: Ledger, locked: sqlite3.Connection, clock: ManualClock
) -> None:
    reservation = ledger.reserve(estimate(100), BUDGET)
    assert ledger.trouble
    assert "locked" in ledger.trouble
    ledger.settle(reservation, Usage(input=60, output=5), 0.2, "completed", 1.0)
    assert used(ledger) == Use(0.2, 65, 1)
    unlock(locked, clock)
    assert used(ledger) == Use(0.2, 65, 1)
    assert ledger.trouble is None
    assert [entry.outcome for entry in ledger.recent(9)] == ["completed"]


def test_budgets_hold_while_the_file_is_locked(
    ledger: Ledger, path: Path, clock: ManualClock
) -> None:
    for _ in range(9):
        ledger.reserve(estimate(100), BUDGET)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger.reserve(estimate(100), BUDGET)
        with pytest.raises(BudgetReached):
            ledger.reserve(estimate(100), BUDGET)
        unlock(other, clock)
    assert used(ledger).tokens == 1000


def test_a_reservation_in_the_file_can_be_settled_while_it_is_locked(
    ledger: Ledger, path: Path, clock: ManualClock
) -> None:
    reservation = ledger.reserve(estimate(100), BUDGET)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ledger.settle(reservation, Usage(input=10), 0.1, "completed", 1.0)
        ledger.settle(reservation, Usage(input=30), 0.3, "completed", 1.0)
        assert used(ledger) == Use(0.3, 30, 1)
        unlock(other, clock)
    assert used(ledger) == Use(0.3, 30, 1)


def test_a_reservation_in_memory_can_be_settled_in_the_file(
    ledger: Ledger, locked: sqlite3.Connection, clock: ManualClock
) -> None:
    reservation = ledger.reserve(estimate(100), BUDGET)
    unlock(locked, clock)
    ledger.settle(reservation, Usage(input=30), 0.3, "completed", 1.0)
    assert used(ledger) == Use(0.3, 30, 1)


def test_a_file_that_fails_again_and_again_counts_each_request_once(
    ledger: Ledger, path: Path, clock: ManualClock
) -> None:
    first = ledger.reserve(estimate(100), BUDGET)
    ledger.windows(BUDGET)
    for spent in (10, 20, 30):
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            ledger.settle(first, Usage(input=spent), 0.1, "completed", 1.0)
            assert used(ledger).tokens == spent
            unlock(other, clock)
        assert used(ledger).tokens == spent


def test_decisions_shifts_and_counters_wait_in_memory_too(
    ledger: Ledger, locked: sqlite3.Connection, clock: ManualClock
) -> None:
    ledger.record_decision(Decision(1.0, "inline", "file:///a.py", 3, "skipped", "a comment"))
    ledger.record_shift(PastShift(2.0, "full", "saver", "80 %"))
    ledger.count("shown", 2)
    assert [d.reason for d in ledger.decisions(5)] == ["a comment"]
    assert [shift.reason for shift in ledger.shifts(5)] == ["80 %"]
    unlock(locked, clock)
    assert [shift.reason for shift in ledger.shifts(5)] == ["80 %"]
    assert [d.reason for d in ledger.decisions(5)] == ["a comment"]
    assert ledger.today().shown == 2


def test_closing_merges_what_is_in_memory(
    path: Path, clock: ManualClock, ledger: Ledger, locked: sqlite3.Connection
) -> None:
    ledger.reserve(estimate(100), BUDGET)
    locked.execute("ROLLBACK")
    ledger.close()
    other = Ledger(path, clock)
    assert used(other).tokens == 100
    other.close()


def test_a_full_disk_does_not_stop_requests(
    ledger: Ledger, path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.reserve(estimate(100), BUDGET)
    real = database.open_database

    def open_on_full_disk(where: Path) -> sqlite3.Connection:
        connection = real(where)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    ledger.close()
    monkeypatch.setattr(database, "open_database", open_on_full_disk)
    big = "x" * 8000
    ledger.record_decision(Decision(1.0, "inline", "file:///a.py", 3, "skipped", big))
    assert ledger.trouble
    assert "full" in ledger.trouble
    reservation = ledger.reserve(estimate(50), BUDGET)
    monkeypatch.setattr(database, "open_database", real)
    clock.pass_seconds(RETRY_SECONDS)
    ledger.settle(reservation, Usage(input=7), 0.1, "completed", 1.0)
    assert ledger.trouble is None
    assert used(ledger).tokens == 107


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"This is no database at all. " * 400, id="overwritten"),
        pytest.param(b"SQLite format 3\x00" + b"\xff" * 9000, id="broken inside"),
    ],
)
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(
    path: Path, clock: ManualClock, garbage: bytes
) -> None:
    path.write_bytes(garbage)
    ledger = Ledger(path, clock)
    ledger.reserve(estimate(100), BUDGET)
    assert ledger.trouble is None
    assert used(ledger).tokens == 100
    ledger.close()
    (aside,) = path.parent.glob("ledger.db.damaged-*")
    assert aside.read_bytes() == garbage


def test_damage_while_running_loses_no_open_reservation(
    ledger: Ledger, path: Path, clock: ManualClock
) -> None:
    reservation = ledger.reserve(estimate(100), BUDGET)
    path.write_bytes(b"This is no database at all. " * 2000)
    Path(f"{path}-wal").unlink(missing_ok=True)
    ledger.settle(reservation, Usage(input=30), 0.3, "completed", 1.0)
    assert ledger.trouble is None
    assert used(ledger) == Use(0.3, 30, 1)


def test_a_sound_file_that_replaced_a_damaged_one_is_not_set_aside(
    path: Path, ledger: Ledger, clock: ManualClock
) -> None:
    ledger.reserve(estimate(100), BUDGET)
    assert database.set_aside(path, clock.time()) is None
    assert used(ledger).tokens == 100


def test_a_file_that_was_deleted_is_begun_anew(ledger: Ledger, path: Path) -> None:
    ledger.reserve(estimate(100), BUDGET)
    for name in path.parent.glob("ledger.db*"):
        name.unlink()
    ledger.reserve(estimate(20), BUDGET)
    assert used(ledger).tokens == 20


def test_a_file_of_a_newer_gearshift_is_left_alone(path: Path, clock: ManualClock) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute(f"PRAGMA user_version = {database.VERSION + 1}")
    before = path.read_bytes()
    ledger = Ledger(path, clock)
    ledger.reserve(estimate(100), BUDGET)
    ledger.close()
    assert ledger.trouble
    assert "newer Gearshift" in ledger.trouble
    assert path.read_bytes() == before


def test_what_could_never_be_read_is_unknown_and_stale_not_zero(
    tmp_path: Path, clock: ManualClock
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")
    ledger = Ledger(blocker / "ledger.db", clock)
    ledger.reserve(estimate(100), BUDGET)
    (window,) = ledger.windows(BUDGET)
    assert (window.used_percent, window.used, window.stale) == (None, Use(), True)
    assert ledger.today().use == Use()
    ledger.close()
