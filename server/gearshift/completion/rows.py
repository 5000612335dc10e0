"""A table too long to be seen whole: its rows near the cursor tell what fits between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gearshift.languages.brackets import CLOSERS, PAIRS, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.languages import Language

ROWS = 15
"""Lines above and below the cursor's that are looked at."""
VALUE = re.compile(r"['\"]|\b\d")
"""What no list of parameters or of imported names holds in its rows, and most tables do."""


class Rows(NamedTuple):
    """The rows above and below a line, within the bracket that they stand in."""

    before: str = ""
    after: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the rows tell what fits between them."""
        return bool(self.before)


UNKNOWN = Rows()


def rows_around(
    language: Language, open_above: str | None, lines: Sequence[str], row: int
) -> Rows | None:
    """Return the rows of the table that `lines[row]` stands in; None: it stands in no brackets.

    `open_above`: the brackets that the first line begins in; None: unknown. The rows begin and end
    at commas, so that what is cut off on either side changes nothing.
    """
    if open_above is None:
        return UNKNOWN
    states = (
        (number, scan(language, open_above + "".join(lines[:number])))
        for number in range(max(0, row - ROWS), row + 1)
    )
    top, outer = next(((n, state.open) for n, state in states if not state.quote), (row, ""))
    first = _first_row(language, outer, lines[top : row + 1])
    if first is None:
        inner = scan(language, outer + "".join(lines[top:row])).open
        return UNKNOWN if inner else None
    opener, start = first[0], top + first[1]
    rows, line = "".join(lines[start:row]), lines[row]
    below = _rows_below(language, opener + rows + line, lines[row + 1 : row + 1 + ROWS])
    if below is None or (opener != "{" and VALUE.search(rows + below) is None):
        return UNKNOWN
    found = Rows(opener + rows, below + PAIRS[opener])
    parses = language.parses or bool
    is_sound = any(parses(f"{found.before}{each}{found.after}") for each in ("\n", line))
    return found if is_sound else UNKNOWN


def _first_row(language: Language, outer: str, lines: Sequence[str]) -> tuple[str, int] | None:
    """Return the bracket that `lines` are rows of, and the first line that a row begins on.

    None if the last of them begins in no brackets, in a string, or in a row that begins elsewhere.
    """
    states = [scan(language, outer + "".join(lines[:count])) for count in range(len(lines))]
    if states[-1].quote:
        return None
    top = max((n for n, state in enumerate(states) if not state.open), default=-1) + 1
    least = min((len(state.open) for state in states[top:]), default=0)
    for number, state in enumerate(states):
        is_there = number >= top and len(state.open) == least and not state.quote
        if is_there and state.code.rstrip()[-1:] in {",", *PAIRS}:
            return state.open[-1], number
    return None


def _rows_below(language: Language, text: str, lines: Sequence[str]) -> str | None:
    """Return the lines below `text`, which begins with the table's bracket, to the end of a row.

    As many as there are up to the end of the table; None if no row ends there.
    """
    end = None
    for count, line in enumerate(lines):
        state = scan(language, text + "".join(lines[: count + 1]))
        if not state.open:
            return "".join(lines[:count]) if line.lstrip()[:1] in CLOSERS else None
        if len(state.open) == 1 and not state.quote and state.code.rstrip()[-1:] == ",":
            end = count + 1
    return "".join(lines[:end]) if end else None
