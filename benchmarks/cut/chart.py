"""A bar chart with intervals as an SVG text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, LEFT, RIGHT = 760, 230, 60
ROW, TOP = 24, 40
OURS, OTHERS, INK = "#2f6fde", "#9aa4b2", "#333333"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a share with its interval, all from 0 to 1."""

    name: str
    value: float
    low: float
    high: float
    is_ours: bool


def chart(title: str, bars: Sequence[Bar]) -> str:
    """Return the chart; the axis ends at the highest interval, rounded up to a tenth."""
    top = max(0.1, -(-max(bar.high for bar in bars) * 10 // 1) / 10)
    height = TOP + ROW * len(bars) + 20
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'font-family="sans-serif" font-size="12" fill="{INK}">'
        ),
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="20" font-size="14">pass@1 with 95 % interval: {escape(title)}</text>',
    ]
    for number, bar in enumerate(bars):
        parts += _bar(bar, TOP + ROW * number, (WIDTH - LEFT - RIGHT) / top)
    return "\n".join([*parts, "</svg>\n"])


def _bar(bar: Bar, y: int, scale: float) -> list[str]:
    middle = y + ROW / 2
    colour = OURS if bar.is_ours else OTHERS
    low, high = (f"{LEFT + value * scale:.1f}" for value in (bar.low, bar.high))
    end = f"{LEFT + bar.high * scale + 6:.1f}"
    return [
        f'<text x="{LEFT - 8}" y="{middle + 4}" text-anchor="end">{escape(bar.name)}</text>',
        (
            f'<rect x="{LEFT}" y="{y + 4}" width="{bar.value * scale:.1f}" height="{ROW - 8}" '
            f'fill="{colour}"/>'
        ),
        f'<path d="M{low} {middle}H{high}" stroke="{INK}"/>',
        f'<text x="{end}" y="{middle + 4}">{bar.value:.2f}</text>',
    ]
