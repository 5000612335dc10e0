"""The loop: draft, verify, repair, escalate."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.support.clock import ManualClock
from tests.support.model import AnswersInTurn, KeptProgress

from gearshift.actions import ACTIONS, action_named
from gearshift.actions.context import prepare
from gearshift.actions.draft import Contender, run
from gearshift.actions.purse import Purse
from gearshift.core.document import Snapshot
from gearshift.core.errors import BudgetReached, RateLimited, Unavailable, UserError
from gearshift.core.model import ChatRequest, ModelFacts, Usage
from gearshift.core.results import Proposal, Refusal
from gearshift.core.text import Position, Range
from gearshift.settings.schema import VerifySettings
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.verifier import Verifier

SOURCE = "def f(a):\n    b = a\n    return b\n"
GOOD = "```python\ndef f(a):\n    return a\n```"
BAD = "```python\ndef g(a):\n    return a\n```"
BAD_TOO = "```python\ndef h(a):\n    return a\n```"


async def _run(
    *models: AnswersInTurn,
    path: Path | None = Path("/project/m.py"),
    action: str = "simplify",
    purse: Purse | None = None,
) -> Proposal | Refusal:
    async def no() -> bool:
        return False

    snapshot = Snapshot.from_text(SOURCE, language="python", path=path, version=3)
    request = await prepare(snapshot, Range.at(Position(1, 4)))
    tiers = ("mini", "full")
    contenders = [
        Contender(model, tiers[min(n, 1)], lambda usage: usage.output / 100)
        for n, model in enumerate(models)
    ]
    row = action_named(action)
    assert row is not None
    verifier = Verifier(None, VerifySettings(), Sandbox(), no)
    return await run(
        *(row, request, contenders, verifier, KeptProgress(), ManualClock()), purse=purse
    )


async def test_a_good_first_draft_is_proposed() -> None:
    result = await _run(AnswersInTurn([GOOD]))
    assert isinstance(result, Proposal)
    assert (result.label, result.evidence) == ("checked", ("static",))
    [edit] = result.edits
    assert (edit.path, edit.version, edit.is_new) == (Path("/project/m.py"), 3, False)
    [attempt] = result.attempts
    assert (attempt.model, attempt.tier, attempt.outcome) == ("written", "mini", "accepted")
    assert (attempt.usage.output, attempt.usd) == (5, 0.05)


async def test_a_rewrite_predicts_the_code_that_it_will_mostly_repeat() -> None:
    model = AnswersInTurn([GOOD])
    await _run(model)
    [request] = model.requests
    assert isinstance(request, ChatRequest)
    assert request.prediction == f"```python\n{SOURCE.rstrip()}\n```"
    assert request.cache_key == "m.py"


async def test_a_repair_turn_names_the_failed_check() -> None:
    model = AnswersInTurn([BAD, GOOD])
    result = await _run(model)
    assert isinstance(result, Proposal)
    assert [a.outcome for a in result.attempts] == ["`f` is no longer there.", "accepted"]
    request = model.requests[1]
    assert isinstance(request, ChatRequest)
    assert [m.role for m in request.messages] == ["system", "user", "assistant", "user"]
    assert request.messages[2].text == BAD
    assert "`f` is no longer there." in request.messages[3].text


async def test_the_next_tier_starts_afresh_after_one_repair() -> None:
    mini, full = AnswersInTurn([BAD, BAD_TOO], name="m"), AnswersInTurn([GOOD], name="f")
    result = await _run(mini, full)
    assert isinstance(result, Proposal)
    assert [(a.model, a.tier) for a in result.attempts] == [
        ("m", "mini"),
        ("m", "mini"),
        ("f", "full"),
    ]
    assert len(full.requests[0].messages) == 2  # type: ignore[union-attr]


async def test_a_mini_model_is_asked_on_while_its_faults_are_new() -> None:
    unread = "There is no code in this."
    mini = AnswersInTurn([BAD, unread, BAD_TOO], name="m")
    full = AnswersInTurn([BAD, BAD_TOO], name="f")
    result = await _run(mini, full)
    assert isinstance(result, Refusal)
    assert [a.model for a in result.attempts] == ["m", "m", "m", "f", "f"]


async def test_a_model_that_repeats_itself_is_left() -> None:
    result = await _run(AnswersInTurn([BAD, BAD]))
    assert isinstance(result, Refusal)
    assert result.reason == "No draft was good enough: `f` is no longer there."
    assert result.kept == BAD


async def test_an_unreachable_model_is_passed_over() -> None:
    result = await _run(AnswersInTurn([RateLimited("Wait a minute.")]), AnswersInTurn([GOOD]))
    assert isinstance(result, Proposal)
    assert [a.outcome for a in result.attempts] == ["Wait a minute.", "accepted"]
    assert result.attempts[0].usage == Usage(input=0, output=0, is_estimate=True)


async def test_the_error_rises_if_no_model_can_be_reached() -> None:
    with pytest.raises(Unavailable, match="second"):
        await _run(AnswersInTurn([Unavailable("first")]), AnswersInTurn([Unavailable("second")]))


async def test_a_refusal_tells_of_the_model_that_could_not_be_asked() -> None:
    result = await _run(AnswersInTurn([BAD, BAD]), AnswersInTurn([Unavailable("It is down.")]))
    assert isinstance(result, Refusal)
    assert result.reason == (
        "No draft was good enough: `f` is no longer there. "
        "Another model could not be asked: It is down."
    )
    assert isinstance(result.cause, Unavailable)


async def test_a_model_that_was_down_is_no_cause_once_the_better_one_was_asked() -> None:
    result = await _run(AnswersInTurn([Unavailable("It is down.")]), AnswersInTurn([BAD, BAD]))
    assert isinstance(result, Refusal)
    assert result.reason.endswith("Another model could not be asked: It is down.")
    assert result.cause is None


@pytest.mark.parametrize(
    "models",
    [
        pytest.param([AnswersInTurn([BAD, GOOD])], id="before a repair"),
        pytest.param([AnswersInTurn([BAD, BAD]), AnswersInTurn([GOOD])], id="before escalation"),
    ],
)
async def test_a_budget_that_ends_the_drafts_is_the_cause_and_keeps_what_they_were(
    models: list[AnswersInTurn],
) -> None:
    first = 0.05  # what one answer costs
    result = await _run(*models, purse=Purse(first * len(models)))
    assert isinstance(result, Refusal)
    assert isinstance(result.cause, BudgetReached)
    assert result.reason.startswith("No draft was good enough: `f` is no longer there. The budget")
    assert result.kept == BAD


async def test_a_prompt_that_does_not_fit_goes_to_the_next_model() -> None:
    small = AnswersInTurn([], facts=ModelFacts(context=300))
    result = await _run(small, AnswersInTurn([GOOD]))
    assert isinstance(result, Proposal)
    assert "too long for written" in result.attempts[0].outcome
    assert not small.requests


async def test_a_model_without_chat_goes_to_the_next_one() -> None:
    result = await _run(AnswersInTurn([], routes=frozenset({"fill"})), AnswersInTurn([GOOD]))
    assert isinstance(result, Proposal)
    assert "takes no chat requests" in result.attempts[0].outcome


async def test_a_stream_without_usage_is_estimated() -> None:
    result = await _run(AnswersInTurn([GOOD], usage=None))
    assert result.attempts[0].usage.is_estimate
    assert result.attempts[0].usage.output > 0


async def test_a_document_without_a_file_can_only_be_explained() -> None:
    with pytest.raises(UserError, match="Save the document"):
        await _run(AnswersInTurn([GOOD]), path=None)
    result = await _run(AnswersInTurn(["It returns `a`."]), path=None, action="explain")
    assert isinstance(result, Proposal)
    assert result.page == "# `f`\n\nIt returns `a`.\n"


async def test_progress_rises_and_never_falls() -> None:
    progress = KeptProgress()
    snapshot = Snapshot.from_text(SOURCE, language="python", path=Path("/project/m.py"))
    request = await prepare(snapshot, Range.at(Position(1, 4)))

    async def no() -> bool:
        return False

    verifier = Verifier(None, VerifySettings(), Sandbox(), no)
    contender = Contender(AnswersInTurn([BAD, GOOD]), "full")
    await run(ACTIONS[2], request, [contender], verifier, progress, ManualClock())
    percents = [percent for _, percent in progress.reports]
    assert percents == sorted(percents)  # type: ignore[type-var]
    assert percents[0] == 5
    assert percents[-1] == 75


async def test_cancelling_closes_the_stream_and_the_verifier() -> None:
    closed: list[str] = []

    class Slow(AnswersInTurn):
        async def stream(self, request):  # type: ignore[override]
            try:
                await asyncio.sleep(60)
                yield None
            finally:
                closed.append("stream")

    task = asyncio.create_task(_run(Slow([])))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed == ["stream"]


async def test_an_answer_that_loops_is_not_read_on() -> None:
    looping = "```python\n" + "from typing import *\n" * 500
    model = AnswersInTurn([looping, GOOD])
    result = await _run(model)
    assert isinstance(result, Proposal)
    assert result.attempts[0].outcome == "The answer was cut off before its end."
    assert result.attempts[0].usage.is_estimate
    assert result.attempts[0].usage.output < 100


async def test_a_large_place_is_changed_by_blocks_where_the_model_has_room() -> None:
    lines = "".join(f"    value_{n} = a + {n}\n" for n in range(500))
    source = f"def f(a):\n{lines}    return a\n"
    path = Path("/project/m.py")
    snapshot = Snapshot.from_text(source, language="python", path=path, version=3)
    request = await prepare(snapshot, Range.at(Position(0, 4)))
    row = action_named("simplify")
    assert row is not None
    wide, narrow = row.prompt(request, 200_000), row.prompt(request, 30_000)
    assert "<<<<<<< SEARCH" in wide.text
    assert wide.expected < narrow.expected / 3
    assert "<<<<<<< SEARCH" not in narrow.text
