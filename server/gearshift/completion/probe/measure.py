"""The measurement: every form that a model's server takes, hole by hole, until one has won."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gearshift.completion.engine import Engine
from gearshift.completion.forms import FORMS
from gearshift.completion.probe.holes import HOLES
from gearshift.completion.probe.score import Score, score
from gearshift.completion.prompt import Limits
from gearshift.core.errors import BadReply, ContextTooLong, ModelNotFound, Refused
from gearshift.core.model import PromptForm, WrappedModel

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from gearshift.completion.probe.holes import KnownHole
    from gearshift.core.clock import Clock
    from gearshift.core.model import Chunk, Model, ModelFacts, Request

LIMITS = Limits(max_tokens=48, prompt_tokens=512)
"""The holes' files have at most 200 tokens, their answers at most 20."""
SECONDS = 150.0
"""Longest measurement of one model; the forms have then been asked equally many holes."""
MIN_HOLES = 6
"""Fewer holes tell nothing: forms that differ by a factor of two change places."""
MAX_LAG = 3
"""A form so many holes behind after the same holes has not caught up in any measurement."""
UNSERVED = (Refused, BadReply, ContextTooLong, ModelNotFound)
"""Errors that speak against one form: the server has no such request, or no such answer."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The result for one model."""

    form: PromptForm | None
    """The best form; None: nothing can be said, see `reason`."""
    scores: Mapping[PromptForm, Score]
    """Forms in the order of their score; a form that could not win was asked fewer holes."""
    reason: str = ""
    """Why there is no form, or why a form was not served: one sentence."""


class InForm(WrappedModel):
    """A model that is asked in a form other than the one that is known of it."""

    def __init__(self, model: Model, form: PromptForm) -> None:
        super().__init__(model)
        self._facts = replace(model.facts, form=form)

    @property
    def facts(self) -> ModelFacts:
        """What is known of the model, with the other form."""
        return self._facts

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer of the model inside."""
        async with aclosing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk


def forms_of(model: Model) -> tuple[PromptForm, ...]:
    """Return the forms that the model's server can take, the one that is known of it first."""
    known: list[PromptForm] = [form for form, (route, _) in FORMS.items() if route in model.routes]
    return tuple(sorted(known, key=lambda form: form != model.facts.form))


async def measure(
    model: Model,
    clock: Clock,
    tell: Callable[[int, int], None],
    holes: Sequence[KnownHole] = HOLES,
) -> Measured:
    """Return which form `model` takes best; `tell` hears the holes done and their number.

    Every request is made one after another, at temperature 0. Raises what the model raises,
    unless it speaks against one form only.
    """
    return await _Race(model, clock, len(holes)).run(holes, tell)


class _Race:
    """Forms that are asked the same holes; those that can't win any more are out."""

    def __init__(self, model: Model, clock: Clock, n_holes: int) -> None:
        self._model = model
        self._clock = clock
        self._n_holes = n_holes
        self._scores: dict[PromptForm, Score] = {form: Score() for form in forms_of(model)}
        self._running = list(self._scores)
        self._refusal = ""

    async def run(self, holes: Sequence[KnownHole], tell: Callable[[int, int], None]) -> Measured:
        give_up = self._clock.monotonic() + SECONDS
        for done, hole in enumerate(holes):
            tell(done, self._n_holes)
            left = give_up - self._clock.monotonic()
            try:
                reached = await asyncio.wait_for(self._ask_all(hole), left)
            except asyncio.TimeoutError:
                break  # a hole that not every form was asked counts for none
            for form, one in reached.items():
                self._scores[form] += one
            self._drop_losers()
            if self._is_decided or self._clock.monotonic() > give_up:
                break
        return self._result()

    async def _ask_all(self, hole: KnownHole) -> dict[PromptForm, Score]:
        reached: dict[PromptForm, Score] = {}
        for form in tuple(self._running):
            one = await self._ask(form, hole)
            if one is not None:
                reached[form] = one
        return reached

    async def _ask(self, form: PromptForm, hole: KnownHole) -> Score | None:
        """Return what a form reaches at a hole; None: it is not served, and out."""
        model = InForm(self._model, form)
        try:
            result = await Engine().complete(hole.snapshot, hole.position, model, LIMITS)
        except UNSERVED as error:
            self._refusal = f"It does not take {form}: {error}"
            self._running.remove(form)
            del self._scores[form]
            return None
        return score(hole, result)

    @property
    def _is_decided(self) -> bool:
        if len(self._running) != 1:
            return not self._running
        return self._scores[self._running[0]].asked >= MIN_HOLES

    def _drop_losers(self) -> None:
        best = max((self._scores[form].solved for form in self._running), default=0)
        for form in tuple(self._running):
            behind = best - self._scores[form].solved
            left = self._n_holes - self._scores[form].asked
            if behind > min(left, MAX_LAG):
                self._running.remove(form)

    def _result(self) -> Measured:
        ranked: list[PromptForm] = sorted(
            self._scores,
            # A stable sort: of equals, the form that is known stays.
            key=lambda form: (form not in self._running, *_descending(self._scores[form])),
        )
        scores: dict[PromptForm, Score] = {form: self._scores[form] for form in ranked}
        if not ranked:
            return Measured(None, scores, self._refusal or "It can't be asked for a completion.")
        best = scores[ranked[0]]
        if best.asked < min(MIN_HOLES, self._n_holes):
            return Measured(None, scores, f"Only {best.asked} holes were done in {SECONDS:.0f} s.")
        if not best.solved:
            return Measured(None, scores, "It solved none of the holes in any form.")
        return Measured(ranked[0], scores, self._refusal)


def _descending(reached: Score) -> tuple[int, int]:
    return -reached.solved, -reached.exact
