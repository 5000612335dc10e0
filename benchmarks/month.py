"""A simulated month at work: real ledger, gear box and router, an injected clock, drawn requests.

`python -m benchmarks.month` prints the table. Nothing is asked of a model: what a request uses is
drawn from a seeded generator, and what it costs comes from the catalogue.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gearshift.core.errors import BudgetReached, ProviderError
from gearshift.core.model import Usage
from gearshift.core.tasks import HEAVY_TASKS, Gear
from gearshift.quota.entry import Estimate
from gearshift.quota.ledger import Ledger
from gearshift.quota.windows import DAY, HOUR, pressing
from gearshift.routing.catalogue import load, usd
from gearshift.routing.circuit import Outage
from gearshift.routing.gears import GearBox, Shift
from gearshift.routing.router import RoutingFacts, route
from gearshift.settings.schema import Budget, ModelSettings, QuotaSettings, Settings

if TYPE_CHECKING:
    from gearshift.core.tasks import Route, Task

START = 1_793_577_600.0
"""A Monday, midnight UTC."""
DAYS = 30
SETTINGS = Settings(
    models=MappingProxyType(
        {
            "mini": ModelSettings(provider="openai", model="gpt-6-luna"),
            "full": ModelSettings(provider="openai", model="gpt-6.1-sol"),
            "fallback": ModelSettings(provider="local", model="qwen2.5-coder-0.5b"),
        }
    ),
    quota=QuotaSettings(
        budgets=(Budget("5h", usd=0.35), Budget("day", usd=0.50), Budget("week", usd=1.90)),
        reserve_percent=2.0,
    ),
)
FIRST_TRY = 0.75
"""Share of mini's drafts that verification accepts; the rest escalates in the saver gear."""
OUTAGE = (START + 9 * DAY + 10 * HOUR, START + 9 * DAY + 11 * HOUR)
"""An hour in which the vendor is down."""
DOWN = Outage("down", "gpt-6-luna is not reachable.")
HEAVY: tuple[Task, ...] = ("fix", "refactor", "tests", "docs", "explain")


class MonthClock:
    """core.clock.Clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def time(self) -> float:
        """Return Unix time."""
        return self.now

    def monotonic(self) -> float:
        """Return seconds since the start."""
        return self.now - START


@dataclass
class Month:
    """What came of it."""

    shifts: list[tuple[float, Shift]] = field(default_factory=list[tuple[float, Shift]])
    """Unix time and announcement."""
    ran: Counter[tuple[Gear, str, str]] = field(default_factory=Counter[tuple[Gear, str, str]])
    """Requests by gear, `inline` or `heavy`, and model name; `refused` where none served."""
    spent: float = 0.0
    """US dollars."""
    always_full: float = 0.0
    """US dollars that the same work costs without gears: heavy tasks on full, inline on mini."""
    highest: float = 0.0
    """Highest used share of a window that was ever seen, in percent."""
    last_gear: Gear = "full"


class Simulation:
    """Draws the month's work and sends it through the real rooms."""

    def __init__(self, folder: Path, seed: int = 7) -> None:
        self.clock = MonthClock()
        self.ledger = Ledger(folder / "ledger.sqlite", self.clock)
        self.box = GearBox(SETTINGS.quota)
        self.month = Month()
        self._random = random.Random(seed)
        self._catalogue = load()

    def run(self) -> Month:
        """Return what came of the month."""
        for day in range(DAYS):
            if day % 7 < 5:
                self._work_day(START + day * DAY, self._random.choice((6, 20, 40, 70)))
        self.clock.now = START + (DAYS + 8) * DAY  # a holiday: every window empties
        self._observe()
        self.month.last_gear = self.box.gear
        self.ledger.close()
        return self.month

    def _work_day(self, midnight: float, n_heavy: int) -> None:
        times = [(self._random.uniform(9, 17.5), "inline") for _ in range(40)]
        times += [(self._random.uniform(9, 17.5), "heavy") for _ in range(n_heavy)]
        for hour, kind in sorted(times):
            self.clock.now = midnight + hour * HOUR
            task: Task = "inline" if kind == "inline" else self._random.choice(HEAVY)
            self._ask(task)
        for hour in range(18, 24):  # the editor stays open in the evening
            self.clock.now = midnight + hour * HOUR
            self._observe()

    def _observe(self) -> None:
        windows = self.ledger.windows(SETTINGS.quota)
        outage = DOWN if self._is_down else None
        shift = self.box.observe(pressing(windows), self.clock.now, outage)
        if shift:
            self.month.shifts.append((self.clock.now, shift))
        seen = [w.used_percent for w in windows if w.used_percent is not None]
        self.month.highest = max([self.month.highest, *seen])

    @property
    def _is_down(self) -> bool:
        return OUTAGE[0] <= self.clock.now < OUTAGE[1]

    def _ask(self, task: Task) -> None:
        self._observe()
        gear = self.box.gear
        usage = self._draw(task)
        kind = "heavy" if task in HEAVY_TASKS else "inline"
        usual = "full" if task in HEAVY_TASKS and task != "explain" else "mini"
        self.month.always_full += self._cost(usual, usage) or 0.0
        outages: dict[str, Outage] = dict.fromkeys(("mini", "full"), DOWN) if self._is_down else {}
        while True:
            try:
                found = route(task, RoutingFacts(SETTINGS, gear, outages=outages))
            except ProviderError:
                self.month.ran[gear, kind, "refused"] += 1
                return
            try:
                self._serve(found, usage, found.model)
            except BudgetReached as error:
                outages[found.model] = Outage("exhausted", str(error))
            else:
                self.month.ran[gear, kind, found.model] += 1
                break
        if found.escalation and self._random.random() > FIRST_TRY:
            self._escalate(found, found.escalation, usage)

    def _escalate(self, found: Route, name: str, usage: Usage) -> None:
        try:
            self._serve(found, usage, name)
        except BudgetReached:
            self.month.ran[found.gear, "heavy", "escalation refused"] += 1
        else:
            self.month.ran[found.gear, "heavy", f"{name} (escalated)"] += 1

    def _draw(self, task: Task) -> Usage:
        if task not in HEAVY_TASKS:
            return Usage(input=self._random.randint(600, 1800), cached=400, output=24)
        return Usage(self._random.randint(1200, 5000), output=self._random.randint(300, 1500))

    def _serve(self, found: Route, usage: Usage, name: str) -> None:
        """Reserve twice the answer, as actions do, and settle what was drawn."""
        cost = self._cost(name, usage)
        reserved = Usage(usage.input, output=2 * usage.output, is_estimate=True)
        model = SETTINGS.models[name]
        estimate = Estimate(
            *(found.task, model.provider, model.model, found.tier, found.gear, found.reason),
            *(reserved.input, reserved.output, self._cost(name, reserved)),
            is_critical=found.task in SETTINGS.quota.critical,
        )
        reservation = self.ledger.reserve(estimate, SETTINGS.quota)
        self.clock.now += 0.5 if found.task == "inline" else 20
        self.ledger.settle(reservation, usage, cost, "answered", 0.5)
        self.month.spent += cost or 0.0

    def _cost(self, name: str, usage: Usage) -> float | None:
        model = SETTINGS.models[name]
        return usd(self._catalogue.facts(model.provider, model.model), usage)


def to_text(month: Month) -> str:
    """Return the month as tables."""
    lines = ["gear   kind    model              requests"]
    order = ("full", "saver", "mini", "local")
    for (gear, kind, model), n in sorted(
        month.ran.items(), key=lambda row: (order.index(row[0][0]), row[0][1:])
    ):
        lines.append(f"{gear:<6} {kind:<7} {model:<18} {n:>8,}")
    lines += ["", "shift           times"]
    pairs = Counter(f"{shift.old} → {shift.new}" for _, shift in month.shifts)
    lines += [f"{pair:<15} {n:>5}" for pair, n in sorted(pairs.items())]
    saved = 100 * (1 - month.spent / month.always_full)
    lines += [
        "",
        f"announcements       {len(month.shifts):>6}   one for each shift",
        f"highest window      {month.highest:>5.1f} %",
        f"cost with gears    ${month.spent:>6.2f}",
        f"cost, always full  ${month.always_full:>6.2f}   gears saved {saved:.0f} %",
        f"after a week off    {month.last_gear:>6}   the gear that is in",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the month."""
    with tempfile.TemporaryDirectory() as folder:
        print(to_text(Simulation(Path(folder)).run()))


if __name__ == "__main__":
    main()
