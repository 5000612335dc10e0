"""The spending report: what was used today and in the last 7 and 30 days, by model and task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from gearshift.quota.entry import Spend
from gearshift.quota.windows import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class SpendBook(Protocol):
    """Where the figures come from: `Bookkeeper`."""

    async def spend(self, after: float) -> tuple[Spend, ...]:
        """Return use by provider, model and task since a Unix time."""
        ...


@dataclass(frozen=True, slots=True)
class Period:
    """Use within one period."""

    label: str
    """`today`, `7 days`, `30 days`."""
    rows: tuple[Spend, ...]
    """By provider, model and task, the most expensive first."""

    @property
    def usd(self) -> float | None:
        """Known cost; None where no row has a known price. Zero where nothing was used."""
        return _total_usd(self.rows)

    @property
    def unpriced(self) -> int:
        """Requests whose price is unknown."""
        return sum(row.unpriced for row in self.rows)


async def read_periods(book: SpendBook, midnight: float, now: float) -> tuple[Period, ...]:
    """Return today (since `midnight`, Unix time) and the last 7 and 30 times 24 hours."""
    starts = {"today": midnight - 0.001, "7 days": now - 7 * DAY, "30 days": now - 30 * DAY}
    return tuple([Period(label, await book.spend(start)) for label, start in starts.items()])


def to_json(periods: Sequence[Period]) -> dict[str, Any]:
    """Return the report as plain data; unknown costs are None."""
    return {
        "periods": [
            {
                "label": period.label,
                "usd": period.usd,
                "unpriced": period.unpriced,
                "rows": [_row_json(row) for row in period.rows],
            }
            for period in periods
        ]
    }


def to_text(periods: Sequence[Period]) -> str:
    """Return the report as lines for a terminal."""
    return "\n\n".join(_period_text(period) for period in periods) + "\n"


def money(usd: float | None, unpriced: int = 0) -> str:
    """Return an amount in words; a part without a price is said, never taken for zero."""
    if usd is None:
        return "price unknown"
    digits = 2 if usd >= 0.1 or not usd else 4
    text = f"${usd:.{digits}f}" if usd >= 0.0001 or not usd else "under $0.0001"
    return f"{text} and {unpriced:,} unpriced" if unpriced else text


def _period_text(period: Period) -> str:
    if not period.rows:
        return f"{period.label}: nothing used"
    head = f"{period.label}: {money(period.usd, period.unpriced)}"
    cells = [_row_cells(row) for row in period.rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in cells]
    return "\n".join([head, *(f"  {line.rstrip()}" for line in lines)])


def _row_cells(row: Spend) -> tuple[str, ...]:
    word = "request" if row.requests == 1 else "requests"
    return (
        *(row.task, f"{row.provider} {row.model}", f"{row.requests:,} {word}"),
        *(f"{row.input:,} in ({row.cached:,} cached)", f"{row.output:,} out"),
        money(row.usd, row.unpriced),
    )


def _row_json(row: Spend) -> dict[str, Any]:
    return {
        "task": row.task,
        "provider": row.provider,
        "model": row.model,
        "requests": row.requests,
        "usage": {"input": row.input, "cached": row.cached, "output": row.output},
        "usd": row.usd,
        "unpriced": row.unpriced,
        "kept": row.kept,
    }


def _total_usd(rows: Iterable[Spend]) -> float | None:
    known = [row.usd for row in rows if row.usd is not None]
    return sum(known) if known or not tuple(rows) else None
