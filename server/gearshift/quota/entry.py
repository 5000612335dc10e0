"""What the ledger holds of one request: its estimate, its reservation, its row, its counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from gearshift.core.model import Usage
from gearshift.core.quota import Use
from gearshift.core.tasks import Gear, Task, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

NANO = 1_000_000_000
"""Money is kept in whole nanodollars: sums that are added to and taken from never drift."""

EntryState = Literal["reserved", "settled", "lapsed"]
"""`lapsed`: its process went away before it settled, so its estimate stands."""


class Estimate(NamedTuple):
    """What a request is expected to use at most, and why it is made."""

    task: Task
    provider: str
    model: str
    tier: Tier
    gear: Gear
    reason: str
    """The route's own sentence."""
    input: int
    """Prompt tokens."""
    output: int
    """Longest answer, in tokens."""
    usd: float | None
    """Cost of both; None: unknown. Zero marks a free model: logged, but outside every budget."""
    is_critical: bool = False
    """True where the part of the budgets that is kept in reserve may be used."""
    is_past_budget: bool = False
    """True where the user chose a model for this one action: it is counted, and never refused."""
    action: str | None = None
    """Id of the heavy action that asks; None: no heavy action."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What windows add up; additive, so a row's old counts can be taken from its new ones."""

    requests: int = 0
    tokens: int = 0
    nanousd: int = 0
    unpriced: int = 0
    """Requests with tokens whose price is unknown."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.requests + other.requests,
            self.tokens + other.tokens,
            self.nanousd + other.nanousd,
            self.unpriced + other.unpriced,
        )

    def __sub__(self, other: Counts) -> Counts:
        return Counts(
            self.requests - other.requests,
            self.tokens - other.tokens,
            self.nanousd - other.nanousd,
            self.unpriced - other.unpriced,
        )

    @property
    def usd(self) -> float | None:
        """Known cost in dollars; None where nothing but unpriced requests was counted."""
        return None if self.unpriced and not self.nanousd else self.nanousd / NANO

    @property
    def use(self) -> Use:
        """The same for people."""
        return Use(self.usd, self.tokens, self.requests)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the ledger."""

    id: int
    """Unique over processes, and growing with the time of the reservation."""
    at: float
    """Unix time of the reservation, in whole milliseconds."""
    state: EntryState
    task: Task
    provider: str
    model: str
    tier: Tier
    gear: Gear
    reason: str
    usage: Usage
    usd: float | None
    is_metered: bool
    """False for a free model: outside every budget."""
    requests: int = 1
    """1, or 0 for a request that never reached the vendor."""
    outcome: str | None = None
    seconds: float | None = None
    label: str | None = None
    """`verified`, `checked`, `none`: how good its result was found."""
    kept: bool | None = None
    """Whether the user kept its result; None: not known."""
    pid: int = 0
    born: int = 0
    """Start time of that process as the system counts it; 0: unknown."""
    expires: float = 0.0
    """Unix time after which the reservation lapses."""
    action: str | None = None
    """Id of the heavy action it was made for; None: for none, or noted by an older Gearshift."""
    tries: int | None = None
    """How often the vendor was asked, those included that it turned away; None: not known."""

    @property
    def counts(self) -> Counts:
        """What it adds to its windows."""
        tokens = self.usage.input + self.usage.output
        nanousd = 0 if self.usd is None else round(self.usd * NANO)
        is_unpriced = self.usd is None and tokens > 0
        return Counts(self.requests, tokens, nanousd, int(is_unpriced))

    def settle(
        self,
        usage: Usage | None,
        usd: float | None,
        outcome: str,
        seconds: float,
        tries: int | None = None,
    ) -> Entry:
        """Return the row with real figures; `usage` None: nothing reached the vendor."""
        sent = usage is not None
        return replace(
            self,
            state="settled",
            usage=usage or Usage(),
            usd=usd if sent else 0.0,
            requests=1 if sent else 0,
            outcome=outcome,
            seconds=seconds,
            tries=tries,
        )


class Reservation(NamedTuple):
    """A place in the budgets, held until it is settled or lapses."""

    entry: Entry

    @property
    def id(self) -> int:
        """The ledger's id of the request."""
        return self.entry.id


class Spend(NamedTuple):
    """What one model used for one task within a period."""

    provider: str
    model: str
    task: Task
    requests: int
    input: int
    cached: int
    output: int
    usd: float | None
    """Known cost; None where no price is known."""
    unpriced: int
    kept: int
    """Requests whose result the user kept."""


class Today(NamedTuple):
    """What was used since midnight, local time, free models included."""

    use: Use = Use()
    unpriced: int = 0
    shown: int = 0
    """Inline completions shown."""
    accepted: int = 0


class History(NamedTuple):
    """What a period's figures are made of."""

    entries: tuple[Entry, ...] = ()
    """Oldest first is not promised."""
    shown: int = 0
    """Inline completions shown."""
    accepted: int = 0
    counts: Mapping[str, int] = MappingProxyType({})
    """All other counters by name, as `completion.kept` names those of lines."""
