"""Tests for a whole file: each symbol in turn, into one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.model import AnswersInTurn, KeptProgress

from gearshift.actions import action_named
from gearshift.actions.context import prepare
from gearshift.actions.draft import Contender
from gearshift.actions.each_symbol import run_each_symbol
from gearshift.actions.each_symbol import testable as reachable
from gearshift.actions.purse import Purse
from gearshift.core.document import Snapshot
from gearshift.core.errors import BudgetReached
from gearshift.core.results import Proposal, Refusal
from gearshift.core.text import apply_edits
from gearshift.settings.schema import VerifySettings
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.verifier import Verifier

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.core.results import Attempt

SOURCE = """\
def first(n):
    def inner():
        return n
    return inner()


class Box:
    def second(self):
        return 2

    def _hidden(self):
        return 3


def third(n):
    return n
"""
FIRST = "```python\nfrom shop import first\n\n\ndef test_first():\n    assert first(1) == 1\n```\n"
SECOND = (
    "```python\nfrom shop import Box\n\n\ndef test_box():\n    assert Box().second() == 2\n```\n"
)


async def _no() -> bool:
    return False


async def _file(
    project: Path, *answers: str, purse: Purse | None = None
) -> tuple[Proposal | Refusal, list[Attempt]]:
    path = project / "shop.py"
    path.write_text(SOURCE)
    snapshot = Snapshot.from_text(SOURCE, language="python", path=path)
    request = await prepare(snapshot, snapshot.whole, project=project, is_whole_file=True)
    action = action_named("generateTests")
    assert action is not None
    attempts: list[Attempt] = []
    contenders = [Contender(AnswersInTurn(list(answers)), "full", lambda _: 0.25)]
    verifier = Verifier(project, VerifySettings(run="never"), Sandbox(), _no)
    result = await run_each_symbol(
        *(action, request, contenders, verifier, KeptProgress()), attempts=attempts, purse=purse
    )
    return result, attempts


async def test_every_public_symbol_is_tested_in_one_file(tmp_path: Path) -> None:
    result, attempts = await _file(tmp_path, FIRST, SECOND, *["No idea."] * 3)
    assert isinstance(result, Proposal)
    [edit] = result.edits
    assert edit.is_new
    assert apply_edits("", edit.edits) == (
        "from shop import first\nfrom shop import Box\n\n\n"
        "def test_first():\n    assert first(1) == 1\n\n\n"
        "def test_box():\n    assert Box().second() == 2\n"
    )
    assert result.label == "checked"
    assert "Added 1 test for `first`" in result.summary
    assert "`third` got none" in result.summary
    assert len(attempts) == len(result.attempts) == 4


async def test_a_file_of_which_no_symbol_gets_tests_is_refused(tmp_path: Path) -> None:
    result, _ = await _file(tmp_path, *["No idea."] * 6)
    assert isinstance(result, Refusal)
    assert "`first` got none" in result.reason
    assert "`Box.second` got none" in result.reason


async def test_a_budget_holds_inside_of_a_file(tmp_path: Path) -> None:
    result, attempts = await _file(tmp_path, FIRST, SECOND, purse=Purse(0.25))
    assert isinstance(result, Proposal)
    assert "Added 1 test for `first`" in result.summary
    assert "The budget of $0.25 is reached: $0.2500 were spent." in result.summary
    assert isinstance(result.cause, BudgetReached)
    assert len(attempts) == 1


async def test_a_budget_reached_after_a_draft_that_fell_through_is_the_cause(
    tmp_path: Path,
) -> None:
    result, attempts = await _file(tmp_path, "No idea.", purse=Purse(0.25))
    assert isinstance(result, Refusal)
    assert isinstance(result.cause, BudgetReached)
    assert len(attempts) == 1


async def test_a_budget_of_nothing_asks_nothing(tmp_path: Path) -> None:
    with pytest.raises(BudgetReached):
        await _file(tmp_path, FIRST, purse=Purse(0.0))


def test_what_is_inside_functions_is_out_of_reach() -> None:
    snapshot = Snapshot.from_text(SOURCE, language="python")
    names = [symbol.qualified_name for symbol in reachable(snapshot)]
    assert names == ["first", "Box.second", "Box._hidden", "third"]
