"""`doctor --online` measures the prompt form over a real socket, keeps it and counts its cost."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from typing import TYPE_CHECKING

from tests.support.dialects import DIALECTS
from tests.support.stdio_client import GEARSHIFT
from tests.support.stub_server import StubServer

if TYPE_CHECKING:
    from pathlib import Path

FILL = DIALECTS["fim-fill"]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    folders = {
        "GEARSHIFT_CONFIG": str(folder / "config.toml"),
        "GEARSHIFT_STATE": str(folder / "state"),
    }
    return subprocess.run(
        [*GEARSHIFT, *arguments],
        cwd=folder,
        env={**os.environ, **folders},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def configure(folder: Path, server: StubServer, more: str = "") -> None:
    row = f'provider = "fim"\nmodel = "codellama"\nbaseUrl = "{server.origin}/v1"\n'
    (folder / "config.toml").write_text(f"[models.mini]\n{row}{more}", "utf-8")


async def test_the_best_form_is_measured_kept_and_paid_for(tmp_path: Path) -> None:
    async with StubServer(FILL.answer(["best = numbers[0]"])) as server:
        configure(tmp_path, server)

        done = await asyncio.to_thread(run, tmp_path, "doctor", "--online", "--json")

        found = {each["check"]: each for each in json.loads(done.stdout)}
        assert found["form mini"]["state"] == "ok"
        assert found["form mini"]["text"].startswith("codellama: fill 1/12, continue 1/12 → fill")
        kept = json.loads((tmp_path / "state" / "forms.json").read_text("utf-8"))
        assert kept == {f"fim codellama {server.origin}": "fill"}
        today = json.loads((await asyncio.to_thread(run, tmp_path, "status", "--json")).stdout)
        assert today["today"]["requests"] == len(server.seen) == 25


async def test_a_model_that_solves_nothing_is_a_warning_that_keeps_what_is_known(
    tmp_path: Path,
) -> None:
    async with StubServer(FILL.answer(["nonsense"])) as server:
        configure(tmp_path, server)

        done = await asyncio.to_thread(run, tmp_path, "doctor", "--online", "--json")

        found = {each["check"]: each for each in json.loads(done.stdout)}
        assert found["form mini"]["state"] == "warn"
        assert "solved none" in found["form mini"]["text"]
        assert not (tmp_path / "state" / "forms.json").exists()


async def test_a_budget_holds_for_the_measurement_too(tmp_path: Path) -> None:
    async with StubServer(FILL.answer(["x"])) as server:
        configure(tmp_path, server, '[[quota.budgets]]\nwindow = "day"\nrequests = 5\n')

        done = await asyncio.to_thread(run, tmp_path, "doctor", "--online", "--json")

        found = {each["check"]: each for each in json.loads(done.stdout)}
        assert found["form mini"]["state"] == "warn"
        assert len(server.seen) == 5
