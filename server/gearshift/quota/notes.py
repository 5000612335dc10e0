"""The ledger's notes beside its rows: plans' windows, decisions, counters of a day."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gearshift.core.quota import PastShift, PlanWindow
from gearshift.core.suggestions import Decision
from gearshift.quota.book import to_ms
from gearshift.quota.spare import DECISIONS, SHIFTS

if TYPE_CHECKING:
    import sqlite3

_PUT_PLAN = """
INSERT INTO plan (provider, bucket, label, used_percent, resets_at, seconds, observed_at, model)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (provider, bucket, label) DO UPDATE SET
    used_percent = excluded.used_percent, observed_at = excluded.observed_at,
    model = excluded.model,
    resets_at = ifnull(excluded.resets_at, resets_at), seconds = ifnull(excluded.seconds, seconds)
WHERE excluded.observed_at >= observed_at AND excluded.used_percent IS NOT NULL"""
SHIFT_MS = 3_600_000
"""Windows see the same quota, each when it looks next; so long they count as one shift."""
_DECISION = "at, task, uri, line, outcome, reason, model, gear"


def day_of(now: float) -> int:
    """Return the last midnight, local time, in Unix milliseconds."""
    year, month, day = time.localtime(now)[:3]
    return to_ms(time.mktime((year, month, day, 0, 0, 0, 0, 0, -1)))


class Notes:
    """Reads and writes on one connection; every writer is called within `database.writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put_plan(self, plan: PlanWindow) -> None:
        """Keep the newest observation; one without a number is no news."""
        resets_at = None if plan.resets_at is None else to_ms(plan.resets_at)
        keys = (plan.provider, plan.bucket, plan.label)
        values = (plan.used_percent, resets_at, plan.seconds, to_ms(plan.observed_at), plan.model)
        self._db.execute(_PUT_PLAN, (*keys, *values))

    def plans(self) -> tuple[PlanWindow, ...]:
        """Return the latest observation of each window, shortest window first."""
        rows = self._db.execute(
            "SELECT provider, bucket, label, used_percent, observed_at, resets_at, seconds, model"
            " FROM plan WHERE used_percent IS NOT NULL ORDER BY seconds, label, provider, bucket"
        )
        return tuple(
            PlanWindow(
                *(provider, bucket, label, percent, observed_at / 1000),
                resets_at=None if resets_at is None else resets_at / 1000,
                seconds=seconds,
                model=model,
            )
            for provider, bucket, label, percent, observed_at, resets_at, seconds, model in rows
        )

    def put_decision(self, decision: Decision) -> None:
        """Append a decision that differs from the last in more than its time; keep the latest."""
        last = self._db.execute(
            f"SELECT id, {_DECISION} FROM decision ORDER BY id DESC LIMIT 1"  # noqa: S608
        ).fetchone()
        row = _to_row(decision)
        if last and last[2:] == row[1:]:
            self._db.execute("UPDATE decision SET at = ? WHERE id = ?", (row[0], last[0]))
            return
        number = self._db.execute(
            f"INSERT INTO decision ({_DECISION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            row,
        ).lastrowid
        assert number is not None
        self._db.execute("DELETE FROM decision WHERE id <= ?", (number - DECISIONS,))

    def decisions(self, n: int) -> tuple[Decision, ...]:
        """Return the latest `n` decisions, latest first."""
        query = f"SELECT {_DECISION} FROM decision ORDER BY id DESC LIMIT ?"  # noqa: S608
        return tuple(Decision(row[0] / 1000, *row[1:]) for row in self._db.execute(query, (n,)))

    def put_shift(self, shift: PastShift) -> None:
        """Append a change of gear; one that repeats the last within an hour is another window's."""
        at = to_ms(shift.at)
        last = self._db.execute(
            "SELECT at, old, new FROM shift ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if last and last[1:] == (shift.old, shift.new) and at - last[0] < SHIFT_MS:
            return
        number = self._db.execute(
            "INSERT INTO shift (at, old, new, reason) VALUES (?, ?, ?, ?)",
            (at, shift.old, shift.new, shift.reason),
        ).lastrowid
        assert number is not None
        self._db.execute("DELETE FROM shift WHERE id <= ?", (number - SHIFTS,))

    def shifts(self, n: int) -> tuple[PastShift, ...]:
        """Return the latest `n` changes of gear, latest first."""
        query = "SELECT at, old, new, reason FROM shift ORDER BY id DESC LIMIT ?"
        return tuple(PastShift(at / 1000, *rest) for at, *rest in self._db.execute(query, (n,)))

    def add(self, day: int, name: str, n: int) -> None:
        """Add to a counter."""
        self._db.execute(
            "INSERT INTO counter (day, name, n) VALUES (?, ?, ?)"
            " ON CONFLICT (day, name) DO UPDATE SET n = n + excluded.n",
            (day, name, n),
        )

    def counted(self, after: float) -> dict[str, int]:
        """Return the sums of all counters over the days that began after a Unix time."""
        query = "SELECT name, sum(n) FROM counter WHERE day > ? GROUP BY name"
        return dict(self._db.execute(query, (round(after * 1000),)).fetchall())

    def counter(self, day: int, name: str) -> int:
        """Return a counter of a day, 0 where nothing was counted."""
        query = "SELECT n FROM counter WHERE day = ? AND name = ?"
        row = self._db.execute(query, (day, name)).fetchone()
        return row[0] if row else 0


def _to_row(decision: Decision) -> tuple[Any, ...]:
    d = decision
    return (to_ms(d.at), d.task, d.uri, d.line, d.outcome, d.reason, d.model, d.gear)
