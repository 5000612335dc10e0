"""Quota as plain data: what was used, in which window, how hard the fullest window presses."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from gearshift.core.tasks import Gear

QuotaSource = Literal["budget", "plan"]
"""`budget`: the user's own limit over a rolling window. `plan`: a vendor's window."""

STALE_SECONDS = 15 * 60.0
"""A plan's number older than this is stale: shown as such, never acted on."""


class Use(NamedTuple):
    """What was used, or a limit for it; None is unknown (or no limit), never zero."""

    usd: float | None = None
    tokens: int | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One quota window as it stands at `observed_at`."""

    source: QuotaSource
    label: str
    """`5h`, `day`, `week`, `month`, or the plan's own name for it."""
    used_percent: float | None
    """Share of the fullest limit that is used or reserved, from 0; None where it can't be judged.

    Where only a part of the use has a known price it is a lower bound (see `unpriced`).
    """
    used: Use = field(default_factory=Use)
    limit: Use = field(default_factory=Use)
    resets_at: float | None = None
    """Unix time. A plan: when the window starts anew. A budget, whose window rolls: when the
    oldest use in it leaves it. None: unknown, or nothing to leave."""
    observed_at: float = 0.0
    """Unix time of the numbers."""
    stale: bool = False
    """True where the numbers are too old, or of a window that has ended."""
    seconds: float | None = None
    """Length of the window; None: unknown."""
    unpriced: int = 0
    """Requests in it whose price is unknown."""
    settled_percent: float | None = None
    """A budget's `used_percent` without what requests under way have reserved."""
    step_percent: float = 0.0
    """Share of the largest of the latest heavy requests; 0: none, or not known."""
    model: str | None = None
    """The one model that a plan meters here, apart from all others; None: all that have none."""
    is_aside: bool = False
    """True where no heavy task draws on it: it is shown, and presses on nothing."""


class PastShift(NamedTuple):
    """A change of gear that was announced."""

    at: float
    """Unix time."""
    old: Gear
    new: Gear
    reason: str


class PlanWindow(NamedTuple):
    """A vendor's own word on one window of the user's plan."""

    provider: str
    bucket: str
    """The vendor's id of the metered limit; one bucket can have several windows."""
    label: str
    used_percent: float | None
    """None where the vendor left it out: the earlier number then stands, with its own time."""
    observed_at: float
    resets_at: float | None = None
    seconds: float | None = None
    model: str | None = None
    """The one model that the bucket is for; None: all that have no bucket of their own."""


class Pressure(NamedTuple):
    """The window that presses hardest."""

    percent: float | None = None
    """Highest used share over all live windows; None: unknown, or there is no window."""
    source: QuotaSource | None = None
    label: str | None = None
    resets_at: float | None = None
    """When that window resets, as in `Window.resets_at`; kept for a stale window too."""
    seconds: float | None = None
    """Length of that window."""
    step: float = 0.0
    """How much one request may move it, in percent (`Window.step_percent`)."""


def whole_percent(percent: float) -> int:
    """Return a used share as people are told it, in whole percents, rounded down.

    89.6 % told as 90 % would look like a shift that did not happen.
    """
    return floor(percent + 1e-6)  # a share of exactly 83 % may come out a little below it
