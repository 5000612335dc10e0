"""Retention: rows older than 90 days become totals of their day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.quota.book import to_ms
from gearshift.quota.database import writing

if TYPE_CHECKING:
    import sqlite3

DAY_MS = 86_400_000
KEEP_DAYS = 90
"""The longest window is 30 days, reports go back as far."""

_ROLL_UP = """
INSERT INTO daily
    (day, provider, model, task, requests, input, cached, output, nanousd, unpriced, kept)
SELECT at - at % 86400000, provider, model, task, sum(requests), sum(input), sum(cached),
    sum(output), sum(ifnull(nanousd, 0)), sum(nanousd IS NULL AND input + output > 0),
    sum(ifnull(kept, 0))
FROM request WHERE metered IN (0, 1) AND at < :before AND state != 'reserved' GROUP BY 1, 2, 3, 4
ON CONFLICT (day, provider, model, task) DO UPDATE SET
    requests = requests + excluded.requests, input = input + excluded.input,
    cached = cached + excluded.cached, output = output + excluded.output,
    nanousd = nanousd + excluded.nanousd, unpriced = unpriced + excluded.unpriced,
    kept = kept + excluded.kept"""


def run_daily(connection: sqlite3.Connection, now: float) -> None:
    """Roll up unless any process did so within the last day; raises sqlite3.Error."""
    done = "SELECT 1 FROM chore WHERE name = 'roll up' AND done_at BETWEEN ? AND ?"
    today = (to_ms(now) - DAY_MS, to_ms(now))
    if connection.execute(done, today).fetchone():
        return
    with writing(connection):
        if not connection.execute(done, today).fetchone():
            roll_up(connection, now)


def roll_up(connection: sqlite3.Connection, now: float) -> None:
    """Turn old rows into daily totals, by whole days (UTC); called within `writing`.

    Age is counted from the newest row, where that is older than now: a clock that runs ahead
    must not empty the windows.
    """
    newest = connection.execute("SELECT max(at) FROM request WHERE metered IN (0, 1)").fetchone()[0]
    reference = min(to_ms(now), newest or to_ms(now))
    before = (reference // DAY_MS - KEEP_DAYS) * DAY_MS
    connection.execute(_ROLL_UP, {"before": before})
    connection.execute(
        "DELETE FROM request WHERE metered IN (0, 1) AND at < ? AND state != 'reserved'", (before,)
    )
    connection.execute("DELETE FROM tally WHERE start < ?", (before,))
    connection.execute("DELETE FROM counter WHERE day < ?", (before,))
    connection.execute("INSERT OR REPLACE INTO chore VALUES ('roll up', ?)", (to_ms(now),))
