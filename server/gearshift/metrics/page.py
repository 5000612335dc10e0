"""Pages to read, in Markdown: the status with all that belongs to it, and the latest requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.clock import moment
from gearshift.core.quota import whole_percent
from gearshift.metrics.report import money
from gearshift.metrics.status import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gearshift.core.quota import PastShift, Window
    from gearshift.metrics.status import Status
    from gearshift.quota.entry import Entry, Spend

NO_BUDGET = "No budget is set and no plan is known; `quota.budgets` in the settings sets one."


NO_REQUEST = "No request was made yet, by any editor or command."


def status_page(
    status: Status, spend: Sequence[Spend], shifts: Sequence[PastShift], now: float
) -> str:
    """Return the page; `spend` is today's, `shifts` come latest first, `now` is Unix time."""
    parts = [f"# {text(status, now)}"]
    parts += [status.message] if status.message else []
    if status.override:
        parts.append(f"You chose the {status.override} model; `gearshift.useAuto` ends that.")
    windows = [_window_row(window, now) for window in status.windows]
    head = ("Window", "Used", "Of", "Until")
    parts += ["## Quota", _table(head, windows) if windows else NO_BUDGET]
    parts += ["## Today", *_today(status, spend)]
    models = [(f"`{name}`", model) for name, model in status.models.items()]
    parts += ["## Models", _table(("Name", "Model"), models) if models else "No model is set up."]
    if shifts:
        rows = [(moment(s.at, now), f"{s.old} → {s.new}", s.reason) for s in shifts]
        parts += ["## Last shifts", _table(("At", "Gear", "Why"), rows)]
    return "\n\n".join(parts) + "\n"


def requests_page(entries: Sequence[Entry], now: float) -> str:
    """Return a page of requests in the order given; `now` is Unix time."""
    if not entries:
        return f"# Requests\n\n{NO_REQUEST}\n"
    head = ("At", "Task", "Model", "Gear", "Tokens", "Cost", "Took", "Outcome", "Why this model")
    return f"# Requests\n\n{_table(head, [_request_row(entry, now) for entry in entries])}\n"


def _request_row(entry: Entry, now: float) -> tuple[str, ...]:
    about = "about " if entry.usage.is_estimate else ""
    tokens = f"{about}{entry.usage.input:,} in, {entry.usage.output:,} out"
    took = "" if entry.seconds is None else f"{entry.seconds:.1f} s"
    outcome = ", ".join(filter(None, (entry.outcome or entry.state, entry.label)))
    place = (moment(entry.at, now), entry.task, entry.model, entry.gear)
    return (*place, tokens, money(entry.usd), took, outcome, entry.reason)


def _window_row(window: Window, now: float) -> tuple[str, ...]:
    used = "unknown" if window.used_percent is None else f"{whole_percent(window.used_percent)} %"
    if window.stale and window.used_percent is not None:
        used += " (stale, so never acted on)"
    limit, counted = window.limit, window.used
    amounts = [
        f"{money(counted.usd, window.unpriced)} of {money(limit.usd)}" if limit.usd else "",
        f"{_known(counted.tokens)} of {limit.tokens:,} tokens" if limit.tokens else "",
        f"{_known(counted.requests)} of {limit.requests:,} requests" if limit.requests else "",
    ]
    until = moment(window.resets_at, now) if window.resets_at else ""
    return (f"{window.label} {window.source}", used, ", ".join(filter(None, amounts)), until)


def _known(number: int | None) -> str:
    return "unknown" if number is None else f"{number:,}"


def _today(status: Status, spend: Sequence[Spend]) -> list[str]:
    today = status.today
    if today.use.requests is None:
        return ["Unknown: the ledger can't be read."]
    noun = "request" if today.use.requests == 1 else "requests"
    parts = [f"{today.use.requests:,} {noun}", f"{today.use.tokens or 0:,} tokens"]
    parts.append(money(today.use.usd, today.unpriced))
    if today.shown:
        parts.append(f"{today.accepted} of {today.shown} completions accepted")
    rows = [
        (row.task, row.model, f"{row.requests:,}", money(row.usd, row.unpriced)) for row in spend
    ]
    line = " · ".join(parts)
    return [line, _table(("Task", "Model", "Requests", "Cost"), rows)] if rows else [line]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [head, ["---"] * len(head), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")
