"""What the quota and routing rooms cost before they are used, and how they look things up."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gearshift.quota import book, database

if TYPE_CHECKING:
    from pathlib import Path

LIGHT = [
    "gearshift.quota.bookkeeper",
    "gearshift.quota.windows",
    "gearshift.routing.router",
    "gearshift.routing.gears",
    "gearshift.routing.circuit",
    "gearshift.routing.catalogue",
    "gearshift.metrics.status",
]
HEAVY = {"sqlite3", "tomllib", "tomli", "httpx", "pygls", "hypothesis"}


@pytest.mark.parametrize("module", LIGHT)
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    loaded = set(done.stdout.split())
    assert loaded & HEAVY == set()


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(book._SUM, id="sums of a window"),
        pytest.param(book._GET, id="a row"),
    ],
)
def test_look_ups_go_by_an_index_and_never_through_all_rows(tmp_path: Path, query: str) -> None:
    connection = database.open_database(tmp_path / "ledger.db")
    names = {"metered": 1, "after": 1, "minute": 2, "hour": 3}
    values = names if ":" in query else (1,)
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", values)]
    connection.close()
    assert [step for step in plan if step.startswith(("SCAN request", "SCAN tally"))] == []
