"""Circuit breakers: a source that fails is left alone, and probed until it answers again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from gearshift.core.errors import (
    BadReply,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unauthorized,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.settings.schema import ModelSettings

FAILURES = 3
"""Failures in a row, within FAILURE_SECONDS, that open a circuit."""
FAILURE_SECONDS = 30.0
PROBE_SECONDS = 10.0
"""Longest pause before an open circuit is probed; a probe that never reports holds it as long."""

OutageKind = Literal["down", "exhausted", "throttled"]
"""`down`: failing or refusing the key. `exhausted`: no money or plan left. `throttled`: asked to
wait; that never changes a gear."""


class Outage(NamedTuple):
    """Why a source gets no request at the moment."""

    kind: OutageKind
    reason: str
    """The failure's own sentence."""
    until: float | None = None
    """Unix time at which it is expected back; None: unknown."""


@dataclass(slots=True)
class Circuit:
    """The breaker of one provider and model.

    Times are Unix seconds given by the caller. Closed: requests pass. Open: none until the next
    probe is due. Half-open: one probe at a time passes; its success closes the circuit.
    """

    _failures: list[float] = field(default_factory=list[float])
    _outage: Outage | None = None
    _probe_at: float = 0.0

    def outage(self, now: float) -> Outage | None:
        """Return why the circuit is open; None: closed. Claims nothing."""
        self._mend_clock(now)
        return self._outage

    def blocked(self, now: float) -> Outage | None:
        """Return why a request could not leave now; None: it could, perhaps as the probe.

        For choosing a route; claims nothing.
        """
        self._mend_clock(now)
        return self._outage if now < self._probe_at else None

    def admit(self, now: float) -> Outage | None:
        """Return None if a request may leave now, else why not.

        On an open circuit whose probe is due, the caller gets the probe: it must report by
        `succeeded`, `failed` or `withdrawn`.
        """
        outage = self.blocked(now)
        if outage is None and self._outage:
            self._probe_at = now + PROBE_SECONDS
        return outage

    def succeeded(self) -> None:
        """Report an answer (its first piece is enough)."""
        self._failures.clear()
        self._outage = None
        self._probe_at = 0.0

    def withdrawn(self, now: float) -> None:
        """Report a request that was cancelled before it got an answer: no news of the source."""
        if self._outage:
            self._probe_at = min(self._probe_at, now)

    def failed(self, error: ProviderError, now: float) -> None:
        """Report a failure; those that say nothing of the source's health are ignored."""
        reason = str(error)
        if isinstance(error, RateLimited):
            wait = PROBE_SECONDS if error.retry_after is None else error.retry_after
            self._open(Outage("throttled", reason, now + wait), now + wait)
        elif isinstance(error, QuotaExhausted):
            self._open(Outage("exhausted", reason, error.resets_at), now + PROBE_SECONDS)
        elif isinstance(error, Unauthorized | ModelNotFound):
            self._open(Outage("down", reason), now + PROBE_SECONDS)
        elif isinstance(error, Unavailable | BadReply):
            self._failures = [t for t in self._failures if now - t <= FAILURE_SECONDS] + [now]
            if self._outage or len(self._failures) >= FAILURES:
                self._open(Outage("down", reason), now + PROBE_SECONDS)

    def _open(self, outage: Outage, probe_at: float) -> None:
        self._outage = outage
        self._probe_at = probe_at

    def _mend_clock(self, now: float) -> None:
        # After the wall clock was put back, an open circuit must not stay open for as long.
        if self._outage and self._outage.kind != "throttled":
            self._probe_at = min(self._probe_at, now + PROBE_SECONDS)


class Circuits:
    """The circuits by provider and model, made on first use."""

    def __init__(self) -> None:
        self._circuits: dict[tuple[str, str], Circuit] = {}

    def of(self, provider: str, model: str) -> Circuit:
        """Return the circuit of a source."""
        circuit = self._circuits.get((provider, model))
        if circuit is None:
            circuit = self._circuits[provider, model] = Circuit()
        return circuit

    def blocked(self, models: Mapping[str, ModelSettings], now: float) -> dict[str, Outage]:
        """Return the named models that get no request now, for `RoutingFacts.outages`."""
        found = {name: self.of(m.provider, m.model).blocked(now) for name, m in models.items()}
        return {name: outage for name, outage in found.items() if outage}

    def lost(self, models: Mapping[str, ModelSettings], now: float) -> Outage | None:
        """Return the outage of `mini` or of `full` that puts the `local` gear in; None: neither.

        It stands while the circuit is probed, so the gear does not flap with each probe.
        """
        for name in ("mini", "full"):
            model = models.get(name)
            outage = self.of(model.provider, model.model).outage(now) if model else None
            if outage and outage.kind != "throttled":
                return outage
        return None

    def forget(self) -> None:
        """Close all circuits: settings or keys have changed."""
        self._circuits.clear()
