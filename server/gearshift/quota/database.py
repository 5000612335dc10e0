"""The ledger's SQLite file: opening it, writing to it as a whole, setting a damaged one aside."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

VERSION = 4
"""Written to `user_version`; a file with a higher one was made by a newer Gearshift."""
BUSY_MS = 1000
"""Longest wait for another process's transaction; theirs take well under a millisecond."""
_STEPS: Mapping[int, tuple[str, ...]] = {
    1: (
        "ALTER TABLE request ADD COLUMN action TEXT",
        "ALTER TABLE request ADD COLUMN tries INTEGER",
        "CREATE INDEX IF NOT EXISTS request_heavy ON request (at) WHERE action IS NOT NULL",
    ),
    2: ("ALTER TABLE plan ADD COLUMN model TEXT",),
    3: (
        """CREATE TABLE IF NOT EXISTS shift (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            old TEXT NOT NULL,
            new TEXT NOT NULL,
            reason TEXT NOT NULL
        )""",
    ),
}
"""What makes a file of an earlier version one of the next; rows that are there keep null."""
_DAMAGE = ("malformed", "not a database", "encrypted", "corrupt")


class NewerLedger(sqlite3.DatabaseError):
    """The file was made by a newer Gearshift, so this one must not write to it."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open the ledger at `path`, made if missing; raises sqlite3.Error, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise NewerLedger("it was made by a newer Gearshift")
    _use_write_ahead_log(connection)
    # In WAL mode NORMAL can lose the last commits in a power cut, never the file or a killed
    # process's commits, and it saves a disk flush for each request.
    connection.execute("PRAGMA synchronous = NORMAL")
    if version == 0:
        schema = Path(__file__).with_name("schema.sql").read_text("utf-8")
        connection.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {VERSION};")
        connection.execute("COMMIT")
    elif version < VERSION:
        with writing(connection):
            migrate(connection)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a file of an earlier version up to date; called within `writing`."""
    # Read again under the lock: another process may have done it since.
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in range(version, VERSION):
        for statement in _STEPS[step]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # The switch does not wait for busy_timeout, so two processes that make the file at the same
    # moment meet here.
    for _ in range(20):
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(0.02)
    connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def writing(connection: sqlite3.Connection) -> Generator[None, None, None]:
    """Hold the write lock; all that is done inside becomes visible at once, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def file_id(path: Path) -> tuple[int, int] | None:
    """Return what tells this file from a later one of the same name; None: there is no file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def is_damage(error: Exception) -> bool:
    """Return True for an error that says the file itself is broken."""
    return isinstance(error, sqlite3.DatabaseError) and any(w in str(error) for w in _DAMAGE)


def set_aside(path: Path, now: float) -> Path | None:
    """Rename a damaged file to `*.damaged-<time>`; return its new name, None if it was left alone.

    Another process may have replaced it already: what is sound now is never set aside.
    Raises OSError.
    """
    seen = file_id(path)
    if seen is None or _is_sound(path) or file_id(path) != seen:
        return None
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    target = path.with_name(f"{path.name}.damaged-{stamp}-{os.getpid()}")
    path.replace(target)
    for suffix in ("-wal", "-shm"):
        # Kept beside it for whoever tries to recover it; left there, they would damage the new one.
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{target}{suffix}")
    return target


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            return connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.OperationalError:
        return True  # locked or out of space: nothing says that it is damaged
    except sqlite3.DatabaseError:
        return False
