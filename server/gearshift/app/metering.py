"""The metered model: every request passes the gate, is reserved in the ledger, and settles."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gearshift.core.errors import GearshiftError, ProviderError
from gearshift.core.model import (
    Chunk,
    Model,
    Request,
    Usage,
    WrappedModel,
    estimate_tokens,
    request_text,
)
from gearshift.privacy.placeholders import Restorer
from gearshift.quota.entry import Estimate, Reservation
from gearshift.routing.catalogue import usd

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from gearshift.core.clock import Clock
    from gearshift.core.model import ShownFile
    from gearshift.core.tasks import Route as TaskRoute
    from gearshift.core.tasks import Task
    from gearshift.privacy.gate import Gate
    from gearshift.quota.bookkeeper import Bookkeeper
    from gearshift.settings.schema import QuotaSettings


CHARACTERS_A_TOKEN = 20
"""More than any text averages: a server whose answer is longer does not keep to its limit, and the
rest is not read."""


class Meter(NamedTuple):
    """What metering needs of the composition root."""

    gate: Gate
    ledger: Bookkeeper
    clock: Clock
    quota: Callable[[], QuotaSettings]
    """The quota settings now in force."""
    admit: Callable[[Model, Task], None]
    """Lets a request leave, or raises Unavailable with the source's outage."""
    ended: Callable[[Model, BaseException | None], None]
    """Told how each request ended: None for an answer, else what went wrong."""


class MeteredModel(WrappedModel):
    """A Model around a provider's: the features ask it and never see gate, quota or route."""

    def __init__(
        self,
        model: Model,
        route: TaskRoute,
        meter: Meter,
        files: Sequence[Path],
        *,
        is_local: bool,
        is_past_budget: bool = False,
        action: str | None = None,
        tries: Callable[[], int] = lambda: 1,
        shown: Sequence[ShownFile] = (),
    ) -> None:
        """`action` is the heavy action's id; `tries` says how often the model itself was asked;
        `shown` as `Supply.metered` has it."""
        super().__init__(model)
        self._action = action
        self._tries = tries
        self._is_past_budget = is_past_budget
        self._is_local = is_local
        self._route = route
        self._meter = meter
        self._files = tuple(files)
        self._shown = tuple(shown)
        self.ids: list[int] = []
        """The ledger's ids of its requests, in order."""

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer of the real model to what the gate lets out."""
        if request.task != self._route.task:
            request = replace(request, task=self._route.task)
        released, secrets = self._meter.gate.release_with_secrets(
            request,
            files=self._files,
            task=self._route.task,
            model=self._model.name,
            provider=self._model.provider,
            is_local=self._is_local,
            shown=self._shown,
        )
        estimate = self._estimate(released)
        reservation = await self._meter.ledger.reserve(estimate, self._meter.quota())
        try:
            self._meter.admit(self._model, self._route.task)
        except ProviderError as outage:
            self._meter.ledger.settle_soon(reservation, None, None, outcome_of(outage), 0.0, 0)
            raise
        self.ids.append(reservation.id)
        tally = _Tally(estimate.input, self._meter.clock.monotonic())
        restorer = Restorer(secrets)
        error: BaseException | None = None
        try:
            async with aclosing(self._model.stream(released)) as chunks:
                async for chunk in chunks:
                    tally.take(chunk)
                    yield chunk._replace(text=restorer.feed(chunk.text)) if secrets else chunk
                    if tally.length > request.max_tokens * CHARACTERS_A_TOKEN:
                        yield Chunk(finish="length")
                        break
            if held := restorer.end():
                yield Chunk(held)
        except BaseException as raised:
            error = raised
            raise
        finally:
            self._settle(reservation, tally, error)

    def _estimate(self, request: Request) -> Estimate:
        tokens = estimate_tokens(request_text(request))
        expected = Usage(input=tokens, output=request.max_tokens, is_estimate=True)
        return Estimate(
            task=self._route.task,
            provider=self._model.provider,
            model=self._model.name,
            tier=self._route.tier,
            gear=self._route.gear,
            reason=self._route.reason,
            input=expected.input,
            output=expected.output,
            usd=usd(self._model.facts, expected),
            is_critical=self._route.task in self._meter.quota().critical,
            is_past_budget=self._is_past_budget,
            action=self._action,
        )

    def _settle(self, reservation: Reservation, tally: _Tally, error: BaseException | None) -> None:
        meter = self._meter
        usage = tally.usage(error)
        cost = None if usage is None else usd(self._model.facts, usage)
        seconds = meter.clock.monotonic() - tally.started
        meter.ledger.settle_soon(
            reservation, usage, cost, outcome_of(error), seconds, self._tries()
        )
        meter.ended(self._model, error)


class _Tally:
    """Counts what a stream used, for when the vendor does not say."""

    def __init__(self, expected_input: int, started: float) -> None:
        self.started = started
        self._expected_input = expected_input
        self._characters: list[str] = []
        self.length = 0
        """Characters of the answer so far."""
        self._reported: Usage | None = None

    def take(self, chunk: Chunk) -> None:
        """Count a chunk."""
        if chunk.text:
            self._characters.append(chunk.text)
            self.length += len(chunk.text)
        if chunk.usage is not None:
            self._reported = chunk.usage

    def usage(self, error: BaseException | None) -> Usage | None:
        """Return the usage; None where nothing left, or was refused before any work was done."""
        if self._reported is not None:
            return self._reported
        if isinstance(error, GearshiftError) and not self._characters:
            return None
        output = estimate_tokens("".join(self._characters))
        return Usage(input=self._expected_input, output=output, is_estimate=True)


def outcome_of(error: BaseException | None) -> str:
    """Return the ledger's word for how a request ended."""
    if error is None:
        return "answered"
    if isinstance(error, (GeneratorExit, asyncio.CancelledError)):
        return "cut"
    if isinstance(error, GearshiftError):
        return f"failed: {error}"
    return "failed"
