"""The ledger's tables: rows of requests, the sums over them, and what is read out of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.core.model import Usage
from gearshift.quota.entry import NANO, Counts, Entry, Spend

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
SPANS = (MINUTE_MS, HOUR_MS)
FUTURE_MS = 600_000
"""Rows dated later than this after now come from a clock that has since been put back."""

_COLUMNS = (
    "id, at, state, task, provider, model, tier, gear, reason, input, cached, output, cache_write,"
    " is_estimate, nanousd, metered, requests, outcome, seconds, label, kept, pid, born, expires,"
    " action, tries"
)
_PUT = f"INSERT OR REPLACE INTO request ({_COLUMNS}) VALUES ({', '.join('?' * 26)})"  # noqa: S608
_GET = f"SELECT {_COLUMNS} FROM request WHERE id = ?"  # noqa: S608
_RECENT = f"SELECT {_COLUMNS} FROM request ORDER BY id DESC LIMIT ?"  # noqa: S608
_ADD = """
INSERT INTO tally (metered, span, start, requests, tokens, nanousd, unpriced)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (metered, span, start) DO UPDATE SET
    requests = requests + excluded.requests, tokens = tokens + excluded.tokens,
    nanousd = nanousd + excluded.nanousd, unpriced = unpriced + excluded.unpriced"""
_UNPRICED = "(nanousd IS NULL AND input + output > 0)"
# A window's old end cuts through an hour and through a minute: whole hours are read from the
# hour sums, the minutes before the first whole hour from the minute sums, the rest row by row.
_SUM = f"""
SELECT total(requests), total(tokens), total(nanousd), total(unpriced) FROM (
    SELECT requests, tokens, nanousd, unpriced FROM tally
    WHERE metered = :metered AND span = {HOUR_MS} AND start >= :hour
    UNION ALL
    SELECT requests, tokens, nanousd, unpriced FROM tally
    WHERE metered = :metered AND span = {MINUTE_MS} AND start >= :minute AND start < :hour
    UNION ALL
    SELECT requests, input + output, ifnull(nanousd, 0), {_UNPRICED} FROM request
    WHERE metered = :metered AND at > :after AND at < :minute
)"""  # noqa: S608
_ROW_COUNTS = f"requests, input + output, ifnull(nanousd, 0), {_UNPRICED}"
_HELD = f"""
SELECT total(requests), total(input + output), total(nanousd), total({_UNPRICED})
FROM request WHERE state = 'reserved' AND metered = 1 AND at > ?"""  # noqa: S608
_HEAVY = f"""
SELECT {_ROW_COUNTS} FROM request
WHERE action IS NOT NULL AND at > ? AND metered = 1 AND state != 'reserved'
ORDER BY at DESC LIMIT ?"""  # noqa: S608
_SPEND = f"""
SELECT provider, model, task, sum(requests), sum(input), sum(cached), sum(output),
    sum(nanousd), sum(unpriced), sum(kept)
FROM (
    SELECT provider, model, task, requests, input, cached, output, ifnull(nanousd, 0) AS nanousd,
        {_UNPRICED} AS unpriced, ifnull(kept, 0) AS kept
    FROM request WHERE metered IN (0, 1) AND at > :after
    UNION ALL
    SELECT provider, model, task, requests, input, cached, output, nanousd, unpriced, kept
    FROM daily WHERE day > :after
)
GROUP BY provider, model, task ORDER BY sum(nanousd) DESC, sum(input + output) DESC"""  # noqa: S608


def to_ms(seconds: float) -> int:
    """Return Unix seconds as whole milliseconds."""
    return round(seconds * 1000)


class Book:
    """Reads and writes on one connection; every writer is called within `database.writing`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def put(self, entry: Entry) -> None:
        """Write the row of `entry`, in place of an earlier one with its id, and mend the sums."""
        earlier = self.get(entry.id)
        if earlier:
            self._add(earlier, Counts() - earlier.counts)
        self._db.execute(_PUT, to_row(entry))
        self._add(entry, entry.counts)

    def get(self, entry_id: int) -> Entry | None:
        """Return a row, or None."""
        row = self._db.execute(_GET, (entry_id,)).fetchone()
        return to_entry(row) if row else None

    def recent(self, n: int) -> tuple[Entry, ...]:
        """Return the `n` latest rows, latest first."""
        return tuple(map(to_entry, self._db.execute(_RECENT, (n,))))

    def counts(self, after: float, *, is_metered: bool = True) -> Counts:
        """Return the sums of all rows later than `after`, those dated in the future included."""
        after_ms = to_ms(after)
        minute = -(-(after_ms + 1) // MINUTE_MS) * MINUTE_MS
        hour = -(-minute // HOUR_MS) * HOUR_MS
        values = {"metered": is_metered, "after": after_ms, "minute": minute, "hour": hour}
        return Counts(*map(int, self._db.execute(_SUM, values).fetchone()))

    def held(self, after: float) -> Counts:
        """Return the sums of the metered rows later than `after` that are not settled yet."""
        values = self._db.execute(_HELD, (to_ms(after),)).fetchone()
        return Counts(*map(int, values))

    def latest_heavy(self, after: float, n: int) -> tuple[Counts, ...]:
        """Return what each of the `n` latest heavy requests later than `after` came to."""
        return tuple(Counts(*map(int, row)) for row in self._db.execute(_HEAVY, (to_ms(after), n)))

    def oldest(self, after: float) -> float | None:
        """Return the time of the first metered row later than `after`."""
        row = self._db.execute(
            "SELECT at FROM request WHERE metered = 1 AND at > ? AND requests > 0"
            " ORDER BY at LIMIT 1",
            (to_ms(after),),
        ).fetchone()
        return row[0] / 1000 if row else None

    def room_at(self, after: float, column: str, amount: int, seconds: float) -> float | None:
        """Return when rows worth `amount` of a tally's `column` will have left a window.

        By the minute for windows up to a day, else by the hour; None: never.
        """
        span = MINUTE_MS if seconds <= 86_400 else HOUR_MS
        row = self._db.execute(
            f"SELECT start FROM (SELECT start, sum({column}) OVER (ORDER BY start) AS freed"  # noqa: S608
            " FROM tally WHERE metered = 1 AND span = ? AND start > ?) WHERE freed >= ? LIMIT 1",
            (span, to_ms(after) - span, amount),
        ).fetchone()
        return (row[0] + span) / 1000 + seconds if row else None

    def open_reservations(self) -> Iterator[Entry]:
        """Yield the rows that were never settled."""
        query = f"SELECT {_COLUMNS} FROM request WHERE state = 'reserved'"  # noqa: S608
        yield from map(to_entry, self._db.execute(query).fetchall())

    def has_rows_after(self, moment: float) -> bool:
        """Return True where a row is dated later than `moment`."""
        query = "SELECT 1 FROM request WHERE metered = ? AND at > ? LIMIT 1"
        return any(self._db.execute(query, (m, to_ms(moment))).fetchone() for m in (0, 1))

    def rows_after(self, moment: float) -> Iterable[Entry]:
        """Return the rows dated later than `moment`."""
        query = f"SELECT {_COLUMNS} FROM request WHERE metered IN (0, 1) AND at > ?"  # noqa: S608
        return map(to_entry, self._db.execute(query, (to_ms(moment),)).fetchall())

    def spend(self, after: float) -> tuple[Spend, ...]:
        """Return use by provider, model and task since `after`, the most expensive first."""
        rows = self._db.execute(_SPEND, {"after": to_ms(after)})
        return tuple(_to_spend(row) for row in rows)

    def _add(self, entry: Entry, counts: Counts) -> None:
        at = to_ms(entry.at)
        sums = (counts.requests, counts.tokens, counts.nanousd, counts.unpriced)
        for span in SPANS:
            self._db.execute(_ADD, (int(entry.is_metered), span, at - at % span, *sums))


def to_row(entry: Entry) -> tuple[Any, ...]:
    """Return the columns of a row: numbers, texts and None."""
    usage = entry.usage
    nanousd = None if entry.usd is None else round(entry.usd * NANO)
    return (
        *(entry.id, to_ms(entry.at), entry.state, entry.task, entry.provider, entry.model),
        *(entry.tier, entry.gear, entry.reason, usage.input, usage.cached, usage.output),
        *(usage.cache_write, usage.is_estimate, nanousd, entry.is_metered, entry.requests),
        *(entry.outcome, entry.seconds, entry.label, entry.kept, entry.pid, entry.born),
        *(to_ms(entry.expires), entry.action, entry.tries),
    )


def to_entry(row: tuple[Any, ...]) -> Entry:
    """Return the entry of `to_row`; raises ValueError, TypeError for columns that are none."""
    (number, at, state, task, provider, model, tier, gear, reason, *rest) = row
    (read, cached, output, cache_write, is_estimate, nanousd, metered, requests, *rest) = rest
    (outcome, seconds, label, kept, pid, born, expires, action, tries) = rest
    return Entry(
        *(number, at / 1000, state, task, provider, model, tier, gear, reason),
        usage=Usage(read, cached, output, cache_write, bool(is_estimate)),
        usd=None if nanousd is None else nanousd / NANO,
        is_metered=bool(metered),
        requests=requests,
        outcome=outcome,
        seconds=seconds,
        label=label,
        kept=None if kept is None else bool(kept),
        pid=pid,
        born=born,
        expires=expires / 1000,
        action=action,
        tries=tries,
    )


def _to_spend(row: tuple[Any, ...]) -> Spend:
    provider, model, task, requests, read, cached, output, nanousd, unpriced, kept = row
    usd = None if unpriced and not nanousd else nanousd / NANO
    return Spend(
        provider, model, task, requests, read, cached, output, usd, unpriced=unpriced, kept=kept
    )
