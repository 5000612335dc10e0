"""Which prompt form a model takes best is measured on known holes, and losers are dropped early."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.support.clock import ManualClock

from gearshift.completion.forms import MARKER
from gearshift.completion.probe.holes import HOLES, KnownHole
from gearshift.completion.probe.measure import MIN_HOLES, SECONDS, measure
from gearshift.completion.probe.score import Score, score
from gearshift.core.clock import SystemClock
from gearshift.core.errors import BadReply, Unavailable
from gearshift.core.model import (
    ChatRequest,
    Chunk,
    ContinueRequest,
    FillRequest,
    ModelFacts,
    PromptForm,
    Request,
    Route,
)
from gearshift.core.results import Skip, Suggestion
from gearshift.core.text import Range
from gearshift.languages.syntax import error_count

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable

EVERY: frozenset[Route] = frozenset({"fill", "continue", "chat"})


def form_of(request: Request) -> PromptForm:
    if isinstance(request, FillRequest):
        return "fill"
    if isinstance(request, ContinueRequest):
        return "continue"
    return "prefill" if request.messages[-1].role == "assistant" else "chat"


def shown(request: Request) -> str:
    if isinstance(request, FillRequest):
        return request.prefix
    if isinstance(request, ContinueRequest):
        return request.prompt
    return request.messages[-1].text


class KnowsSome:
    """Knows the answer to so many holes in each form; an error instead of a number is raised."""

    name = "some"
    provider = "llamacpp"

    def __init__(
        self,
        knows: dict[PromptForm, int | Exception],
        *,
        guess: PromptForm = "chat",
        routes: Iterable[Route] = EVERY,
        clock: ManualClock | None = None,
        seconds: float = 0.0,
    ) -> None:
        self._knows = knows
        self._clock = clock
        self._seconds = seconds
        self.facts = ModelFacts(form=guess)
        self.routes = frozenset(routes)
        self.asked: list[PromptForm] = []

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        form = form_of(request)
        self.asked.append(form)
        if self._clock:
            self._clock.pass_seconds(self._seconds)
        number = next(n for n, hole in enumerate(HOLES) if is_about(request, hole))
        knows = self._knows[form]
        if isinstance(knows, Exception):
            raise knows
        yield Chunk(HOLES[number].parts[1] if number < knows else "nonsense(")


def is_about(request: Request, hole: KnownHole) -> bool:
    text = shown(request)
    if isinstance(request, ChatRequest):
        text = text.partition("\n")[2] if MARKER in text else text
    before = hole.parts[0].rstrip()
    if not before:
        return not any(h.parts[0] and h.parts[0].rstrip() in text for h in HOLES)
    return before in text


def be_silent(done: int, total: int) -> None:
    del done, total


@pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole.name)
def test_each_hole_parses_with_its_own_answer_and_not_by_chance(hole: KnownHole) -> None:
    before, answer, after = hole.parts
    said = Suggestion(answer, Range.at(hole.position))

    assert answer
    assert hole.snapshot.text == before + after
    assert error_count(hole.language, before + answer + after) == 0
    assert score(hole, said) == Score(1, 1, 1)
    assert score(hole, Suggestion("pass", Range.at(hole.position))).solved == 0


def test_there_are_a_dozen() -> None:
    assert len(HOLES) == 12


MEAN = HOLES[0]
PRIMES = next(hole for hole in HOLES if hole.name == "primes.py")


@pytest.mark.parametrize(
    ("hole", "text", "expected"),
    [
        pytest.param(MEAN, "sum(values)/len( values )", Score(1, 1, 1), id="spaces differ"),
        pytest.param(MEAN, "sum(values) / len(values) + 1", Score(0, 0, 1), id="another value"),
        pytest.param(MEAN, "sum(values) / len(values)\n  )", Score(0, 0, 1), id="does not parse"),
        pytest.param(
            PRIMES,
            "if number % divisor == 0:\n            return None",
            Score(1, 0, 1),
            id="another second line",
        ),
    ],
)
def test_an_answer_counts_by_first_line_and_parse(
    hole: KnownHole, text: str, expected: Score
) -> None:
    assert score(hole, Suggestion(text, Range.at(hole.position))) == expected


def test_nothing_offered_solves_nothing() -> None:
    assert score(MEAN, Skip("Nothing.")) == Score(0, 0, 1)


@pytest.mark.parametrize(
    ("knows", "expected"),
    [
        pytest.param({"fill": 12, "chat": 3, "prefill": 5, "continue": 5}, "fill", id="fill"),
        pytest.param({"fill": 4, "chat": 0, "prefill": 9, "continue": 7}, "prefill", id="prefill"),
        pytest.param({"fill": 4, "chat": 0, "prefill": 7, "continue": 9}, "continue", id="plain"),
        pytest.param({"fill": 2, "chat": 8, "prefill": 0, "continue": 0}, "chat", id="chat"),
    ],
)
async def test_the_best_form_wins_whatever_was_guessed(
    knows: dict[PromptForm, int | Exception], expected: PromptForm
) -> None:
    measured = await measure(KnowsSome(knows, guess="chat"), ManualClock(), be_silent)

    assert measured.form == expected
    assert next(iter(measured.scores)) == expected


async def test_of_equals_the_known_form_stays() -> None:
    knows: dict[PromptForm, int | Exception] = dict.fromkeys(
        ("fill", "chat", "prefill", "continue"), 8
    )

    measured = await measure(KnowsSome(knows, guess="continue"), ManualClock(), be_silent)

    assert measured.form == "continue"


async def test_only_forms_that_the_server_takes_are_asked() -> None:
    model = KnowsSome({"prefill": 6, "chat": 12}, routes=("chat",))

    measured = await measure(model, ManualClock(), be_silent)

    assert measured.form == "chat"
    assert set(model.asked) == {"prefill", "chat"}


async def test_a_form_that_cannot_win_is_asked_no_more() -> None:
    model = KnowsSome({"fill": 12, "chat": 0, "prefill": 12, "continue": 0})

    measured = await measure(model, ManualClock(), be_silent)

    assert measured.scores["chat"].asked == 4
    assert measured.scores["fill"].asked == 12


async def test_the_measurement_ends_when_one_form_has_won() -> None:
    model = KnowsSome({"fill": 12, "chat": 0, "prefill": 0, "continue": 0})

    measured = await measure(model, ManualClock(), be_silent)

    assert (measured.form, measured.scores["fill"].asked) == ("fill", MIN_HOLES)


async def test_a_form_that_the_server_refuses_is_left_out_and_told() -> None:
    model = KnowsSome({"fill": BadReply("No FIM tokens."), "chat": 2, "prefill": 9, "continue": 1})

    measured = await measure(model, ManualClock(), be_silent)

    assert measured.form == "prefill"
    assert "fill" not in measured.scores
    assert "No FIM tokens." in measured.reason


async def test_a_server_that_fails_ends_the_measurement() -> None:
    model = KnowsSome({"fill": Unavailable("Gone."), "chat": 2, "prefill": 9, "continue": 1})

    with pytest.raises(Unavailable, match="Gone"):
        await measure(model, ManualClock(), be_silent)


async def test_a_slow_model_is_measured_for_a_limited_time_on_equally_many_holes() -> None:
    clock = ManualClock()
    knows: dict[PromptForm, int | Exception] = {"fill": 12, "chat": 11, "prefill": 6}
    model = KnowsSome(
        knows, routes=("fill", "chat"), guess="fill", clock=clock, seconds=SECONDS / 20
    )

    measured = await measure(model, clock, be_silent)

    assert measured.form == "fill"
    assert {each.asked for each in measured.scores.values()} == {7}


async def test_a_model_that_hangs_ends_the_measurement_in_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gearshift.completion.probe.measure.SECONDS", 0.2)

    class Hangs(KnowsSome):
        async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
            await asyncio.Event().wait()
            yield Chunk()

    found = await asyncio.wait_for(measure(Hangs({}), SystemClock(), lambda *_: None), 30)
    assert found.form is None
    assert found.reason.startswith("Only 0 holes were done")


async def test_too_few_holes_tell_nothing() -> None:
    clock = ManualClock()
    knows: dict[PromptForm, int | Exception] = {"fill": 12, "chat": 12, "prefill": 12}
    model = KnowsSome(knows, routes=("fill", "chat"), clock=clock, seconds=SECONDS / 10)

    measured = await measure(model, clock, be_silent)

    assert measured.form is None
    assert "Only 4 holes" in measured.reason


async def test_a_model_that_solves_nothing_keeps_what_is_known_of_it() -> None:
    model = KnowsSome({"fill": 0, "chat": 0, "prefill": 0, "continue": 0})

    measured = await measure(model, ManualClock(), be_silent)

    assert measured.form is None
    assert "none of the holes" in measured.reason


async def test_progress_counts_the_holes() -> None:
    told: list[tuple[int, int]] = []
    model = KnowsSome({"fill": 12, "chat": 12, "prefill": 12, "continue": 12})

    await measure(model, ManualClock(), lambda done, total: told.append((done, total)))

    assert told == [(number, 12) for number in range(12)]
