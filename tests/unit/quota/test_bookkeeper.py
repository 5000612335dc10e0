"""The bookkeeper: the ledger off the event loop, in order, with nothing lost to cancellation."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.quota import estimate, quota

from gearshift.core.errors import BudgetReached
from gearshift.core.model import Usage
from gearshift.core.quota import PlanWindow, Use
from gearshift.core.results import Decision
from gearshift.quota import database, intents
from gearshift.quota.bookkeeper import Bookkeeper
from gearshift.quota.clerk import HOLD_SECONDS
from gearshift.quota.intents import folder_of
from gearshift.quota.ledger_file import RETRY_SECONDS
from gearshift.settings.schema import QuotaSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

BUDGET = quota(tokens=1000)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def books(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Bookkeeper]:
    books = Bookkeeper(tmp_path / "ledger.db", clock)
    yield books
    await books.close()


class Gate:
    """Keeps the bookkeeper's thread busy until it is opened."""

    def __init__(self, books: Bookkeeper) -> None:
        self._event = threading.Event()
        books._clerk.queue(lambda _: self._event.wait(10) and None)

    def open(self) -> None:
        self._event.set()


async def test_reserve_settle_and_windows(books: Bookkeeper) -> None:
    reservation = await books.reserve(estimate(100, 0.5), BUDGET)
    await books.settle(reservation, Usage(input=30), 0.1, "completed", 0.2)
    (window,) = await books.windows(BUDGET)
    assert window.used == Use(0.1, 30, 1)
    assert (await books.today()).use == Use(0.1, 30, 1)
    assert [entry.id for entry in await books.recent(5)] == [reservation.id]
    assert [row.input for row in await books.spend(0.0)] == [30]


async def test_a_refusal_reaches_the_caller(books: Bookkeeper) -> None:
    with pytest.raises(BudgetReached):
        await books.reserve(estimate(2000), BUDGET)


async def test_what_no_budget_refuses_does_not_wait_for_the_file(
    tmp_path: Path, clock: ManualClock
) -> None:
    path = tmp_path / "ledger.db"
    books = Bookkeeper(path, clock)
    gate = Gate(books)
    reservation = await asyncio.wait_for(books.reserve(estimate(100), QuotaSettings()), 30)
    books.settle_soon(reservation, Usage(input=7), 0.0, "completed", 0.1)
    (intent,) = folder_of(path).iterdir()
    assert str(reservation.id) in intent.read_text("utf-8")
    gate.open()
    (entry,) = await books.recent(5)
    assert (entry.id, entry.state, entry.usage.input) == (reservation.id, "settled", 7)
    assert intent.read_bytes() == b""
    await books.close()
    assert not intent.exists()


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 20)


async def test_intents_of_a_time_of_trouble_are_struck_out_when_it_is_over(
    tmp_path: Path, clock: ManualClock, short_waits: None
) -> None:
    path = tmp_path / "ledger.db"
    books = Bookkeeper(path, clock)
    await books.today()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        early = [await books.reserve(estimate(100), QuotaSettings()) for _ in range(3)]
        await books.recent(5)
        assert books.trouble
        other.execute("ROLLBACK")
    (intent,) = folder_of(path).iterdir()
    assert len(intent.read_text("utf-8").splitlines()) == 3
    clock.pass_seconds(RETRY_SECONDS)
    last = await books.reserve(estimate(100), QuotaSettings())
    assert {entry.id for entry in await books.recent(5)} == {each.id for each in (*early, last)}
    assert intent.read_bytes() == b""
    await books.close()
    assert not intent.exists()


async def test_a_file_of_intents_does_not_grow_for_ever(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intents, "LARGEST_FILE", 1000)
    path = tmp_path / "ledger.db"
    books = Bookkeeper(path, clock)
    gate = Gate(books)
    asked = [asyncio.ensure_future(books.reserve(estimate(100), QuotaSettings())) for _ in range(9)]
    await asyncio.sleep(0)
    assert 0 < sum(task.done() for task in asked) < 9
    (intent,) = folder_of(path).iterdir()
    assert intent.stat().st_size <= 1000
    gate.open()
    reserved = [(await task).id for task in asked]
    assert len({*reserved}) == 9
    await books.recent(20)
    assert intent.read_bytes() == b""
    await books.close()


async def test_an_intent_that_cannot_be_noted_is_entered_at_once(
    tmp_path: Path, clock: ManualClock
) -> None:
    path = tmp_path / "ledger.db"
    folder_of(path).write_text("a file stands where the folder should be", "utf-8")
    books = Bookkeeper(path, clock)
    reservation = await books.reserve(estimate(100), QuotaSettings())
    assert [entry.id for entry in await books.recent(5)] == [reservation.id]
    await books.close()


async def test_what_is_not_waited_for_is_done_soon_without_being_asked(
    books: Bookkeeper, clock: ManualClock, tmp_path: Path
) -> None:
    books.count("shown")
    await asyncio.sleep(HOLD_SECONDS * 2)
    other = Bookkeeper(tmp_path / "ledger.db", clock)
    while (await other.today()).shown != 1:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await other.close()


async def test_what_is_not_waited_for_is_done_in_order(
    books: Bookkeeper, clock: ManualClock
) -> None:
    reservation = await books.reserve(estimate(100), BUDGET)
    books.settle_soon(reservation, Usage(input=1), 0.1, "cancelled", 0.1)
    books.settle_soon(reservation, Usage(input=2), 0.1, "completed", 0.2)
    books.judge(reservation.id, "verified", kept=True)
    books.count("shown")
    books.record_decision(Decision(1.0, "inline", "file:///a.py", 3, "skipped", "a comment"))
    books.observe_plan(PlanWindow("codex", "codex", "week", 40.0, clock.time()))
    entry = (await books.recent(1))[0]
    assert (entry.usage.input, entry.outcome, entry.label) == (2, "completed", "verified")
    assert (await books.today()).shown == 1
    assert [d.reason for d in await books.decisions()] == ["a comment"]
    assert [w.label for w in await books.windows(QuotaSettings())] == ["week"]


async def test_a_reservation_that_was_cancelled_while_waiting_is_never_made(
    books: Bookkeeper,
) -> None:
    gate = Gate(books)
    task = asyncio.create_task(books.reserve(estimate(100), BUDGET))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.open()
    assert await books.recent(5) == ()


async def test_a_reservation_that_was_made_as_its_caller_was_cancelled_is_given_back(
    books: Bookkeeper,
) -> None:
    task = asyncio.create_task(books.reserve(estimate(100), BUDGET))
    await asyncio.sleep(0)
    done = threading.Event()
    books._clerk.queue(lambda _: done.set())
    # Blocks the loop on purpose: the reservation is made, and its delivery can't have run yet.
    assert done.wait(10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (window,) = await books.windows(BUDGET)
    assert window.used == Use(0.0, 0, 0)
    assert [entry.outcome for entry in await books.recent(5)] == ["cancelled"]


async def test_a_reservation_that_its_caller_could_not_take_any_more_is_given_back(
    books: Bookkeeper,
) -> None:
    gate, both_asked = Gate(books), threading.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(books.reserve(estimate(100), BUDGET))
    await asyncio.sleep(0)
    # The answer and the cancellation come in one turn of the loop, in this order.
    books._clerk.queue(lambda _: loop.call_soon_threadsafe(task.cancel) and None)
    books._clerk.queue(lambda _: both_asked.set())
    gate.open()
    assert both_asked.wait(10)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [entry.outcome for entry in await books.recent(5)] == ["cancelled"]


async def test_a_settlement_is_made_though_its_caller_is_cancelled(books: Bookkeeper) -> None:
    reservation = await books.reserve(estimate(100), BUDGET)
    gate = Gate(books)
    task = asyncio.create_task(books.settle(reservation, Usage(input=30), 0.1, "cancelled", 0.2))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.open()
    assert [entry.usage.input for entry in await books.recent(5)] == [30]


async def test_the_loop_goes_on_while_the_file_is_waited_for(books: Bookkeeper) -> None:
    gate = Gate(books)
    task = asyncio.create_task(books.windows(BUDGET))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()
    gate.open()
    assert len(await task) == 1


async def test_closing_does_what_is_queued_first(tmp_path: Path, clock: ManualClock) -> None:
    books = Bookkeeper(tmp_path / "ledger.db", clock)
    reservation = await books.reserve(estimate(100), BUDGET)
    books.settle_soon(reservation, Usage(input=5), 0.1, "completed", 0.1)
    await books.close()
    again = Bookkeeper(tmp_path / "ledger.db", clock)
    assert [entry.usage.input for entry in await again.recent(5)] == [5]
    await again.close()


async def test_nothing_is_opened_before_the_first_call(tmp_path: Path) -> None:
    books = Bookkeeper(tmp_path / "state" / "ledger.db")
    await books.close()
    assert not (tmp_path / "state").exists()


async def test_trouble_is_readable(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "file").write_text("not a folder")
    books = Bookkeeper(tmp_path / "file" / "ledger.db", clock)
    assert books.trouble is None
    await books.reserve(estimate(100), BUDGET)
    assert books.trouble
    assert "counted in memory" in books.trouble
    await books.close()
