"""What a reply says again of the text around the cursor, taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.indentation import width
from gearshift.languages.brackets import CLOSERS, scan

if TYPE_CHECKING:
    from gearshift.completion.hole import Hole

LINES_ABOVE = 8
"""How far back a reply may begin to repeat the text before the cursor."""
LEAST_HEAD = 2
"""Characters of the line before the cursor from which their return is a repetition."""

SPACED = (" ", "\t", "(", "[")
"""After these no white space belongs."""


def trim_head(text: str, hole: Hole) -> str:
    """Return `text` without the lines above the cursor and the cursor's line that it repeats."""
    text = _without_lines_above(text, hole)
    if hole.head.endswith(SPACED) and not hole.is_blank:
        # White space that stands before the cursor already, or has no place there.
        text = text.lstrip(" \t")
    head = hole.head.strip()
    first, newline, rest = text.partition("\n")
    if len(head) >= LEAST_HEAD and first.strip().startswith(head):
        remainder = first.strip()[len(head) :]
        if hole.head.endswith(SPACED):
            remainder = remainder.lstrip(" \t")
        return remainder + newline + rest
    return text


def trim_tail(text: str, hole: Hole) -> str:
    """Return `text` without its end that follows the cursor already.

    Closers are taken off only where the brackets come out better without them.
    """
    return _without_rest_of_line(_without_lines_below(text, hole), hole)


def _without_lines_above(text: str, hole: Hole) -> str:
    lines = text.split("\n")
    above = [line.strip() for line in hole.around.above[-LINES_ABOVE:]]
    if hole.head.strip():
        above.append(hole.head.strip())
    for count in range(min(len(above), len(lines)), 0, -1):
        said = [line.strip() for line in lines[:count]]
        wanted = above[-count:]
        matches = said[:-1] == wanted[:-1] and said[-1].startswith(wanted[-1])
        if not matches or not wanted[0] or not wanted[-1]:
            continue
        if hole.head.strip():
            return "\n".join(lines[count - 1 :])
        if said[-1] == wanted[-1] and len("".join(wanted)) >= LEAST_HEAD * 2:
            return "\n".join(lines[count:])
    return text


def _without_lines_below(text: str, hole: Hole) -> str:
    lines = text.split("\n")
    below = [line.strip() for line in hole.lines_below[: len(lines) - 1]]
    for count in range(len(below), 0, -1):
        said = [line.strip() for line in lines if line.strip()][-count:]
        if said == below[:count] and _is_worth_cutting(lines, count, hole):
            return "\n".join(_drop_last(lines, count))
    return text


def _is_worth_cutting(lines: list[str], count: int, hole: Hole) -> bool:
    """Whether the repeated lines are more than closers that the text itself needs."""
    last = _last(lines, count)
    if any(character.isalnum() for line in last for character in line):
        return True
    below = hole.lines_below[:count]
    return [width(line, hole.unit) for line in last] == [width(line, hole.unit) for line in below]


def _last(lines: list[str], count: int) -> list[str]:
    return [line for line in lines if line.strip()][-count:]


def _drop_last(lines: list[str], count: int) -> list[str]:
    """Return `lines` without their last `count` lines that hold something."""
    kept = list(lines)
    while count and kept:
        count -= bool(kept.pop().strip())
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _without_rest_of_line(text: str, hole: Hole) -> str:
    tail = hole.tail.strip()
    for count in range(min(len(tail), len(text.rstrip())), 0, -1):
        if not text.rstrip().endswith(tail[:count]):
            continue
        shorter = text.rstrip()[:-count].rstrip(" \t")
        is_word = any(character.isalnum() for character in tail[:count])
        before = _imbalance(hole, hole.head + text + hole.tail)
        if is_word or _imbalance(hole, hole.head + shorter + hole.tail) <= before:
            return shorter
    return text.rstrip(" \t") if tail[:1] in CLOSERS else text


def _imbalance(hole: Hole, code: str) -> int:
    """Return how many brackets and quotes of `code` have no partner."""
    state = scan(hole.language, code)
    return len(state.open) + len(state.surplus) + (state.quote is not None)
