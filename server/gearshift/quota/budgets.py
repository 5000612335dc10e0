"""Budgets: whether one more request fits, and the sentence that says why it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gearshift.core.clock import moment
from gearshift.quota.entry import NANO, Counts, Estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.settings.schema import Budget, QuotaSettings

Unit = Literal["nanousd", "tokens", "requests"]


class Overrun(NamedTuple):
    """A limit that a request would break, in the unit's own whole numbers."""

    budget: Budget
    unit: Unit
    limit: int
    """The whole limit."""
    cap: int
    """What of it this request may use: less than the limit where a reserve is kept."""
    used: int
    """Used and reserved."""
    amount: int
    """What the request would add."""

    @property
    def excess(self) -> int:
        """How much must leave the window before the request fits."""
        return self.used + self.amount - self.cap

    @property
    def can_ever_fit(self) -> bool:
        """False where the request alone is larger than the limit."""
        return self.amount <= self.cap


def estimate_counts(estimate: Estimate) -> Counts:
    """Return what a request is counted as until it is settled."""
    nanousd = 0 if estimate.usd is None else round(estimate.usd * NANO)
    return Counts(1, estimate.input + estimate.output, nanousd, int(estimate.usd is None))


def overrun(
    budget: Budget, used: Counts, estimate: Estimate, settings: QuotaSettings
) -> Overrun | None:
    """Return the first limit of `budget` that `estimate` would break on top of `used`.

    Without a known price a request is held to limits in tokens and requests only.
    """
    kept = 0.0 if estimate.is_critical else settings.reserve_percent
    more = estimate_counts(estimate)
    for unit, limit in _limits(budget):
        if unit == "nanousd" and estimate.usd is None:
            continue
        cap = int(limit * (1 - kept / 100))
        before, amount = getattr(used, unit), getattr(more, unit)
        if before + amount > cap:
            return Overrun(budget, unit, limit, cap, before, amount)
    return None


def _limits(budget: Budget) -> Iterator[tuple[Unit, int]]:
    if budget.usd is not None:
        yield "nanousd", round(budget.usd * NANO)
    if budget.tokens is not None:
        yield "tokens", budget.tokens
    if budget.requests is not None:
        yield "requests", budget.requests


def sentence(over: Overrun, room_at: float | None, now: float) -> str:
    """Return why the request was refused and what to do, in words for the user."""
    used, amount = _show(over.unit, over.used), _show(over.unit, over.amount)
    limit = _show(over.unit, over.limit)
    text = (
        f"Your {over.budget.window} budget of {limit} would be exceeded: {used} used or reserved,"
        f" and this request needs up to {amount}"
    )
    if over.cap < over.limit:
        text += f" ({_show(over.unit, over.limit - over.cap)} is kept for critical tasks)"
    if not over.can_ever_fit:
        return f"{text}; make the request smaller, or raise `quota.budgets`."
    if room_at is None:
        return f"{text}; raise `quota.budgets`, or wait until use leaves the window."
    return f"{text}; there is room again at {moment(room_at, now)}, or raise `quota.budgets`."


def _show(unit: Unit, amount: int) -> str:
    if unit == "nanousd":
        usd = amount / NANO
        return f"${usd:.2f}" if usd >= 0.1 or not amount else f"${usd:.6f}".rstrip("0")
    word = unit[:-1] if amount == 1 else unit
    return f"{amount:,} {word}"
