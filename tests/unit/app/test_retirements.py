"""A model's announced shutdown is told at its first use of a day, once for all windows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock
from tests.support.model import AnswersInTurn

from gearshift.app import App
from gearshift.app.retirements import Retirements
from gearshift.cli.terminal import TerminalEditor
from gearshift.core.model import ModelFacts

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400.0


def noon(day: str) -> ManualClock:
    return ManualClock(datetime.fromisoformat(f"{day}T12:00:00").timestamp())


def model(retires: str | None, name: str = "old") -> AnswersInTurn:
    return AnswersInTurn([], name=name, facts=ModelFacts(retires=retires))


def test_it_is_told_once_a_day(tmp_path: Path) -> None:
    told: list[str] = []
    clock = noon("2026-11-22")
    retirements = Retirements(tmp_path / "new" / "r.json", clock, told.append)

    retirements.look(model("2026-12-01"))
    retirements.look(model("2026-12-01"))
    clock.pass_seconds(DAY)
    retirements.look(model("2026-12-01"))

    assert len(told) == 2
    assert "2026-12-01" in told[0]


def test_another_window_does_not_tell_it_again(tmp_path: Path) -> None:
    told: list[str] = []
    clock = noon("2026-11-22")
    for _ in range(2):
        Retirements(tmp_path / "r.json", clock, told.append).look(model("2026-12-01"))

    assert len(told) == 1


def test_each_model_is_told_of(tmp_path: Path) -> None:
    told: list[str] = []
    retirements = Retirements(tmp_path / "r.json", noon("2026-11-22"), told.append)

    retirements.look(model("2026-12-01", "old"))
    retirements.look(model("2026-11-01", "older"))

    assert "will be shut down" in told[0]
    assert "was shut down" in told[1]


@pytest.mark.parametrize(
    "retires", [pytest.param(None, id="none announced"), pytest.param("2026-12-23", id="far")]
)
def test_nothing_is_told_or_written_without_need(tmp_path: Path, retires: str | None) -> None:
    told: list[str] = []

    Retirements(tmp_path / "r.json", noon("2026-11-22"), told.append).look(model(retires))

    assert told == []
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["{", "[]", '{"old": 3}'], ids=["no JSON", "no table", "no day"])
def test_a_spoilt_file_is_no_reason_to_be_silent(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text, "utf-8")
    told: list[str] = []

    Retirements(tmp_path / "r.json", noon("2026-11-22"), told.append).look(model("2026-12-01"))

    assert len(told) == 1


@pytest.mark.parametrize(
    ("day", "is_told"), [("2026-11-10", False), ("2026-11-11", True), ("2026-12-12", True)]
)
async def test_the_status_says_it_from_thirty_days_before(
    tmp_path: Path, day: str, *, is_told: bool
) -> None:
    app = App((), TerminalEditor(is_silent=True), clock=noon(day), state=tmp_path)
    await app.start({"models": {"full": {"provider": "openai", "model": "gpt-5-mini"}}})
    try:
        page = await app.status_page()
        message = (await app.status())["message"]
    finally:
        await app.close()
    assert ("2026-12-11" in page) == is_told
    assert ("2026-12-11" in message) == is_told
