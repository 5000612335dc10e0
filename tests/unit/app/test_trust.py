"""Leave to run generated tests: asked once for a folder, in words that are true here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.app.trust import ALWAYS, NEVER, Trust
from gearshift.verify.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Person:
    """Answers questions, and remembers them."""

    def __init__(self, answer: str | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def ask(self, question: str, answers: Sequence[str]) -> str | None:
        self.asked.append(question)
        return self.answer


def _trust(file: Path, person: Person, isolation: str) -> Trust:
    sandbox = Sandbox()
    sandbox._isolation = isolation  # type: ignore[assignment]
    return Trust(file, person, sandbox)  # type: ignore[arg-type]


async def test_an_answer_is_remembered_and_no_answer_is_asked_for_again(tmp_path: Path) -> None:
    silent, sure = Person(None), Person(NEVER)
    trust = _trust(tmp_path / "trust.json", silent, "bwrap")
    assert [await trust.may_run(tmp_path), await trust.may_run(tmp_path)] == [False, False]
    assert len(silent.asked) == 2
    trust = _trust(tmp_path / "trust.json", sure, "bwrap")
    assert [await trust.may_run(tmp_path), await trust.may_run(tmp_path)] == [False, False]
    assert len(sure.asked) == 1


async def test_leave_for_the_sandbox_is_no_leave_without_one(tmp_path: Path) -> None:
    person = Person(ALWAYS)
    assert await _trust(tmp_path / "trust.json", person, "bwrap").may_run(tmp_path)
    person.answer = NEVER
    assert not await _trust(tmp_path / "trust.json", person, "none").may_run(tmp_path)
    assert "no network" in person.asked[0]
    assert "No sandbox works" in person.asked[1]


async def test_an_answer_that_can_not_be_kept_counts_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    trust = _trust(tmp_path / "file" / "trust.json", Person(ALWAYS), "bwrap")
    assert await trust.may_run(tmp_path)
