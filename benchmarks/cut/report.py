"""The table and the chart in the documentation, out of the outcomes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.cut.chart import Bar, chart
from benchmarks.cut.hole import KINDS
from benchmarks.cut.outcomes import Outcome
from benchmarks.cut.places import ROOT
from benchmarks.cut.statistics import interval, paired_test

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE = ROOT / "docs" / "cut.md"
OURS = "gearshift"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: an arm with or without our post-step."""

    arm: str
    has_post_step: bool
    outcomes: tuple[Outcome, ...]

    @property
    def name(self) -> str:
        """What the table calls it."""
        if self.arm.startswith(OURS):
            return self.arm if self.has_post_step else f"{self.arm}, no post-step"
        return f"{self.arm} + our post-step" if self.has_post_step else self.arm

    def share(self, is_counted: Callable[[Outcome], bool]) -> float:
        """Return the share of the holes that count."""
        return sum(map(is_counted, self.outcomes)) / max(1, len(self.outcomes))

    @property
    def spread(self) -> tuple[float, float]:
        """The interval of pass@1 over packages."""
        by_package: defaultdict[str, list[float]] = defaultdict(list)
        for outcome in self.outcomes:
            by_package[outcome.package].append(float(outcome.passed))
        return interval(by_package)


def lines(outcomes: Sequence[Outcome]) -> list[Line]:
    """Return the rows in the order in which the arms were asked."""
    groups: defaultdict[tuple[str, bool], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.arm, outcome.has_post_step].append(outcome)
    return [Line(arm, post, tuple(group)) for (arm, post), group in groups.items()]


def against(ours: Line, other: Line) -> tuple[int, int, float]:
    """Return holes that only we pass, that only the other passes, and the p of that."""
    passed = {outcome.hole: outcome.passed for outcome in other.outcomes}
    wins = sum(o.passed and not passed[o.hole] for o in ours.outcomes)
    losses = sum(not o.passed and passed[o.hole] for o in ours.outcomes)
    return wins, losses, paired_test(wins, losses)


def table(rows: Sequence[Line]) -> str:
    """Return the main table in Markdown."""
    ours = next((row for row in rows if row.name == OURS), rows[0])
    head = (
        "| engine | pass@1 | 95 % over packages | only Gearshift : only it | p | exact | "
        "first line | parses | new names | shown | prompt tokens | seconds |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(_row(row, ours) for row in rows)])


def _row(row: Line, ours: Line) -> str:
    low, high = row.spread
    wins, losses, p = against(ours, row)
    beside = ("", "") if row is ours else (f"{wins} : {losses}", f"{p:.3f}")
    shown = [o for o in row.outcomes if o.is_shown]
    parsed = sum(o.parses for o in shown) / max(1, len(shown))
    named = sum(o.has_new_names for o in shown) / max(1, len(shown))
    cells = [
        row.name,
        f"**{row.share(lambda o: o.passed):.3f}**",
        f"{low:.2f} to {high:.2f}",
        *beside,
        f"{row.share(lambda o: o.is_exact):.3f}",
        f"{row.share(lambda o: o.is_first_line):.3f}",
        f"{parsed:.2f}",
        f"{named:.2f}",
        f"{row.share(lambda o: o.is_shown):.2f}",
        f"{median(o.prompt_tokens for o in row.outcomes):.0f}",
        f"{median(o.seconds for o in row.outcomes):.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def by_kind(rows: Sequence[Line]) -> str:
    """Return how many holes of each kind each engine passes."""
    kinds = [k for k in KINDS if any(o.kind == k for row in rows for o in row.outcomes)]
    counts = [sum(o.kind == kind for o in rows[0].outcomes) for kind in kinds]
    titles = [f"{kind} ({count})" for kind, count in zip(kinds, counts, strict=True)]
    out = [f"| engine | {' | '.join(titles)} |", "|---" * (len(kinds) + 1) + "|"]
    for row in rows:
        passed = [str(sum(o.passed and o.kind == kind for o in row.outcomes)) for kind in kinds]
        out.append(f"| {row.name} | {' | '.join(passed)} |")
    return "\n".join(out)


def write(model: str, name: str, outcomes: Sequence[Outcome]) -> None:
    """Put the tables of `model` between their marks in the page, and draw the chart."""
    rows = lines(outcomes)
    if not rows:
        return
    n_holes, n_packages = len(rows[0].outcomes), len({o.package for o in outcomes})
    intro = f"{n_holes} holes in {n_packages} packages, {model}."
    page = PAGE.read_text(encoding="utf-8")
    content = f"{intro}\n\n{table(rows)}\n\n{by_kind(rows)}"
    page = _between(page, f"{name} {model}", content)
    PAGE.write_text(page, encoding="utf-8")
    bars = [
        Bar(row.name, row.share(lambda o: o.passed), *row.spread, is_ours=row.arm.startswith(OURS))
        for row in rows
    ]
    PAGE.with_name(f"cut-{name.replace(' ', '-')}-{model}.svg").write_text(
        chart(intro, bars), encoding="utf-8"
    )


def _between(page: str, mark: str, content: str) -> str:
    opening, ending = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    before, _, rest = page.partition(opening)
    _, _, after = rest.partition(ending)
    return f"{before}{opening}\n{content}\n{ending}{after}"
