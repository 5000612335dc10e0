"""A captured screen as an SVG picture, for the documentation and for people who look at a test."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import MONOKAI
from rich.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from rich.color import Color

WIDTH, HEIGHT, MARGIN = 8.43, 18, 12
"""Of a character and of the frame, in pixels at 14 pixels of font size."""
WORDS = re.compile(r"\S+(?: \S+)*")
FONTS = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
BACKGROUND, FOREGROUND = "#1e1f29", "#d8d8e0"


def save(colours: str, title: str, path: Path) -> None:
    """Write what a terminal showed, with its codes for colours, as a picture."""
    lines = [Text.from_ansi(line) for line in colours.rstrip("\n").split("\n")]
    columns = max(line.cell_len for line in lines)
    width, height = columns * WIDTH + 2 * MARGIN, len(lines) * HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        f'<g font-family="{FONTS}" font-size="14" xml:space="preserve">',
    ]
    for number, line in enumerate(lines):
        parts += _row(line, MARGIN + number * HEIGHT)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*parts, "</g>", "</svg>", ""]), encoding="utf-8")


def _row(line: Text, top: float) -> list[str]:
    console = Console(width=1000, color_system="truecolor")
    parts: list[str] = []
    column = 0
    for segment in line.render(console):
        cells = segment.cell_length
        text = segment.text.rstrip("\n")
        style = segment.style or Style()
        ink, paper = _colour(style.color, FOREGROUND), _colour(style.bgcolor, "")
        if style.reverse:
            ink, paper = paper or BACKGROUND, ink
        left, width = MARGIN + column * WIDTH, cells * WIDTH
        if paper:
            parts.append(
                f'<rect x="{left:.1f}" y="{top:.0f}" width="{width:.1f}" height="{HEIGHT}" '
                f'fill="{paper}"/>'
            )
        weight = ' font-weight="bold"' if style.bold else ""
        for word in WORDS.finditer(text):  # browsers let blanks shrink
            at = left + cell_len(text[: word.start()]) * WIDTH
            room = cell_len(word[0]) * WIDTH
            parts.append(
                f'<text x="{at:.1f}" y="{top + 13:.0f}" textLength="{room:.1f}" '
                f'lengthAdjust="spacingAndGlyphs" fill="{ink}"{weight}>'
                f"{html.escape(word[0])}</text>"
            )
        column += cells
    return parts


def _colour(colour: Color | None, usual: str) -> str:
    if colour is None or colour.is_default:
        return usual
    return colour.get_truecolor(MONOKAI).hex
