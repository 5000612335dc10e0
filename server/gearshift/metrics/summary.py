"""The whole report: spending, performance, costs of results and drift, as data and as text."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from gearshift.metrics import report
from gearshift.metrics.drift import Drift, drifts
from gearshift.metrics.outlook import Outlook, outlook
from gearshift.metrics.performance import Performance, performances
from gearshift.metrics.report import Period, SpendBook, money, read_periods
from gearshift.quota.windows import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gearshift.quota.entry import History

PERFORMANCE_HEAD = ("task", "model", "requests", "errors", "mean", "95 %", "each")


class HistoryBook(SpendBook, Protocol):
    """Where the figures come from: `Bookkeeper`."""

    async def history(self, after: float) -> History:
        """Return all requests since a Unix time."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of the last 30 days as of one moment."""

    at: float
    """Unix time."""
    periods: tuple[Period, ...]
    performances: tuple[Performance, ...]
    outlook: Outlook
    drifts: tuple[Drift, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on models that drifted."""
        return tuple(drift.sentence for drift in self.drifts if drift.is_warning)


async def summarize(book: HistoryBook, midnight: float, now: float) -> Summary:
    """Return the figures as of `now`; `midnight` is the start of today, both Unix time."""
    history = await book.history(now - 30 * DAY)
    return Summary(
        now,
        await read_periods(book, midnight, now),
        performances(history.entries),
        outlook(history, now),
        drifts(history.entries, now),
    )


def to_json(summary: Summary) -> dict[str, Any]:
    """Return the report as plain data; what is unknown is None."""
    return {
        "at": summary.at,
        **report.to_json(summary.periods),
        "performance": [_camel(asdict(row)) for row in summary.performances],
        "outlook": _outlook(summary.outlook),
        "drift": [{**asdict(d), "warning": d.is_warning} for d in summary.drifts],
    }


def to_text(summary: Summary) -> str:
    """Return the report as lines for a terminal."""
    parts = [report.to_text(summary.periods).rstrip("\n")]
    if summary.performances:
        parts.append("last 30 days\n" + aligned([PERFORMANCE_HEAD, *performance_cells(summary)]))
    parts.append("\n".join(f"{name}: {value}" for name, value in outlook_words(summary.outlook)))
    parts += summary.warnings
    return "\n\n".join(parts) + "\n"


def performance_cells(summary: Summary) -> list[tuple[str, ...]]:
    """Return the performance rows in words, for columns named by `PERFORMANCE_HEAD`."""
    return [
        (
            *(row.task, f"{row.provider} {row.model}", f"{row.requests:,}"),
            f"{100 * row.error_rate:.1f} %",
            *(_seconds(row.mean_seconds), _seconds(row.p95_seconds)),
            money(row.usd_per_request),
        )
        for row in summary.performances
    ]


def outlook_words(found: Outlook) -> list[tuple[str, str]]:
    """Return the costs of results as names and values; what is unknown says so."""
    return [
        ("completions accepted", _percent(found.accepted_rate)),
        ("accepted lines that stayed", _stayed(found)),
        ("cost of an accepted completion", _known(found.usd_per_accepted)),
        ("cost of a line that stayed", _known(found.usd_per_kept_line)),
        ("heavy actions right at the first try", _percent(found.first_try_rate)),
        ("heavy actions that went on to the full model", _percent(found.escalation_rate)),
        ("cost of a verified edit", _known(found.usd_per_verified)),
        ("30 days at this pace", _known(found.month_usd)),
    ]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as columns for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(f"  {_padded(row, widths)}".rstrip() for row in rows)


def _padded(row: Sequence[str], widths: Iterable[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def _stayed(found: Outlook) -> str:
    """Return the shares by age: `30 s 95 %, 2 min 90 %`."""
    parts = [
        f"{f'{age} s' if age < 60 else f'{age // 60} min'} {_percent(rate)}"
        for age, rate in found.kept_lines.items()
    ]
    return ", ".join(parts) or "unknown"


def _percent(rate: float | None) -> str:
    return "unknown" if rate is None else f"{100 * rate:.0f} %"


def _known(usd: float | None) -> str:
    return "unknown" if usd is None else money(usd)


def _seconds(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f} s"


def _outlook(found: Outlook) -> dict[str, Any]:
    kept = {str(age): rate for age, rate in found.kept_lines.items()}
    return _camel(asdict(replace(found, kept_lines={})) | {"kept_lines": kept})


def _camel(row: dict[str, Any]) -> dict[str, Any]:
    def name(key: str) -> str:
        first, *rest = key.split("_")
        return first + "".join(word.capitalize() for word in rest)

    return {name(key): value for key, value in row.items()}
