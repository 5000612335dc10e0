"""The report as one HTML page that needs nothing else: no script, no network, light and dark."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

from gearshift.metrics.report import money
from gearshift.metrics.summary import PERFORMANCE_HEAD, outlook_words, performance_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gearshift.metrics.report import Period
    from gearshift.metrics.summary import Summary

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: CanvasText; background: Canvas; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0;
  border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
td.number, th.number { text-align: right; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 1rem; }
dt { opacity: .8; } dd { margin: 0; font-size: 1.4rem; }
.warning { border-left: .25rem solid; padding: .5rem 1rem; }
"""
SPEND_HEAD = ("task", "model", "requests", "tokens in", "tokens out", "cost")
N_WORDS = 2
"""Leading columns that hold words; the others hold numbers and stand to the right."""


def to_html(summary: Summary) -> str:
    """Return the whole page; its times are local."""
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(summary.at))
    rows = performance_cells(summary)
    parts = [
        f"<h1>Gearshift report</h1><p>{made}</p>",
        *(f'<p class="warning" role="note">{escape(text)}</p>' for text in summary.warnings),
        _outlook(summary),
        *map(_period, summary.periods),
        "<h2>Performance, last 30 days</h2>",
        _table("Performance by task and model", PERFORMANCE_HEAD, rows)
        if rows
        else "<p>No request was made.</p>",
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Gearshift report, {made}</title>\n<style>{STYLE}</style>\n</head>\n"
        "<body>\n<main>\n" + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"
    )


def _outlook(summary: Summary) -> str:
    pairs = outlook_words(summary.outlook)
    items = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in pairs)
    return f"<dl>{items}</dl>"


def _period(period: Period) -> str:
    head = f"<h2>{escape(period.label.capitalize())}</h2>"
    if not period.rows:
        return f"{head}<p>Nothing was used.</p>"
    rows = [
        (
            *(row.task, f"{row.provider} {row.model}", f"{row.requests:,}"),
            *(f"{row.input:,}", f"{row.output:,}", money(row.usd, row.unpriced)),
        )
        for row in period.rows
    ]
    total = f"<p>{escape(money(period.usd, period.unpriced))} in all.</p>"
    return head + total + _table(f"Use, {period.label}", SPEND_HEAD, rows)


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    columns = "".join(
        f'<th scope="col"{_number(n)}>{escape(name)}</th>' for n, name in enumerate(head)
    )
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    label = escape(caption, quote=True)
    # The tabindex lets a keyboard scroll what is wider than the window.
    return (
        f'<div class="table" role="region" aria-label="{label}" tabindex="0"><table>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(row: Sequence[str]) -> str:
    return "".join(f"<td{_number(n)}>{escape(text)}</td>" for n, text in enumerate(row))


def _number(column: int) -> str:
    return "" if column < N_WORDS else ' class="number"'
