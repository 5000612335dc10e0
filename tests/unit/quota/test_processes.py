"""Several real processes on one ledger: nothing is lost, counted twice or overspent."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.support import ledger_writer
from tests.support.quota import quota

from gearshift.core.clock import SystemClock
from gearshift.core.quota import Use
from gearshift.quota import process
from gearshift.quota.intents import folder_of
from gearshift.quota.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path


def start(path: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, ledger_writer.__file__, str(path), *arguments]
    writer = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert writer.stdout
    assert writer.stdout.readline().strip() in ("held", "ready")
    return writer


def granted(*writers: subprocess.Popen[str]) -> list[int]:
    """Start all together and return how many requests each was granted."""
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    return [int(writer.communicate()[0]) for writer in writers]


def test_writers_at_once_and_one_killed_lose_nothing_and_count_nothing_twice(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.db"
    writers = [start(path, "spend", "60", "100000") for _ in range(2)]
    holder = start(path, "hold")
    holder.kill()
    assert granted(*writers) == [60, 60]
    holder.communicate()

    ledger = Ledger(path, SystemClock())
    budget = quota("day", tokens=10**6)
    assert ledger.windows(budget)[0].used == Use(0.061, 120 * 10 + 100, 121)
    states = [entry.state for entry in ledger.recent(200)]
    expected = "lapsed" if os.name == "posix" else "reserved"
    assert (states.count("settled"), states.count(expected)) == (120, 1)
    ledger.sweep()
    assert ledger.windows(budget)[0].used == Use(0.061, 120 * 10 + 100, 121)
    ledger.close()


def test_a_request_that_no_budget_refuses_is_kept_though_its_process_is_killed_at_once(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.db"
    writer = start(path, "note", "3")
    writer.kill()
    writer.communicate()

    ledger = Ledger(path, SystemClock())
    assert [entry.state for entry in ledger.recent(9)] == ["settled"] * 3
    file = next(folder_of(path).iterdir())
    if os.name != "posix":  # nobody can say there that the process is gone, until time has
        os.utime(file, (0, 0))
    for _ in range(2):
        ledger.sweep()
        assert [entry.state for entry in ledger.recent(9)] == ["lapsed", *["settled"] * 3]
    assert ledger.windows(quota("day", tokens=10**6))[0].used == Use(0.0025, 130, 4)
    assert not file.exists()
    ledger.close()


def test_two_processes_never_overspend_together(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    writers = [start(path, "spend", "50", "60") for _ in range(2)]
    assert sum(granted(*writers)) == 60


def test_a_process_that_reuses_an_id_is_not_the_one_that_reserved() -> None:
    pid, born = process.own()
    assert process.is_gone(pid, born) is False
    if born:  # only where the system tells when a process started
        assert process.is_gone(pid, born - 1) is True


def test_a_process_that_ended_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert process.is_gone(ended.pid, 0) is (os.name == "posix")
