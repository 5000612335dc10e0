"""A table too long to be seen whole: its rows near the cursor tell what fits between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.languages.brackets import CLOSERS, PAIRS, scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.languages import Language

ROWS = 15
"""Lines above and below the cursor's that are looked at."""
VALUE = re.compile(r"['\"]|\b\d")
"""What no list of parameters or of imported names holds in its rows, and most tables do."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows above and below a line, within the bracket that they stand in."""

    before: str = ""
    after: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the rows tell what fits between them."""
        return bool(self.before)


UNKNOWN = Table()


def table_around(
    language: Language, open_above: str | None, lines: Sequence[str], row: int
) -> Table | None:
    """Return the table that `lines[row]` stands in; None: it stands in no brackets.

    `open_above`: the brackets that the first line begins in; None: unknown. The rows begin and end
    at commas, so that what is cut off on either side changes nothing.
    """
    if open_above is None:
        return UNKNOWN
    top = max(0, row - ROWS)
    outer = scan(language, open_above + "".join(lines[:top]))
    if outer.quote:
        return None
    found = _first_row(language, outer.open, lines[top : row + 1])
    if found is None:
        inner = scan(language, outer.open + "".join(lines[top:row])).open
        return UNKNOWN if inner else None
    opener, start = found[0], top + found[1]
    rows, line = "".join(lines[start:row]), lines[row]
    below = _rows_below(language, opener + rows + line, lines[row + 1 : row + 1 + ROWS])
    if below is None or (opener != "{" and VALUE.search(rows + below) is None):
        return UNKNOWN
    table = Table(opener + rows, below + PAIRS[opener])
    parses = language.parses or bool
    is_sound = any(parses(f"{table.before}{each}{table.after}") for each in ("\n", line))
    return table if is_sound else UNKNOWN


def _first_row(language: Language, outer: str, lines: Sequence[str]) -> tuple[str, int] | None:
    """Return the bracket that `lines` are rows of, and the first line that a row begins on.

    None if the last of them begins in none, in a string, or in one that begins and ends elsewhere.
    """
    states = [scan(language, outer + "".join(lines[:count])) for count in range(len(lines))]
    least = min((len(state.open) for state in states if not state.quote), default=0)
    if not least or states[-1].quote:
        return None
    for number, state in enumerate(states):
        if len(state.open) == least and not state.quote and state.code.rstrip()[-1:] == ",":
            return state.open[-1], number
    return None


def _rows_below(language: Language, text: str, lines: Sequence[str]) -> str | None:
    """Return the lines below `text`, which begins with the table's bracket, to the end of a row.

    As many as there are to the table's end; None if no row ends there.
    """
    end = None
    for count, line in enumerate(lines):
        state = scan(language, text + "".join(lines[: count + 1]))
        if not state.open:
            return "".join(lines[:count]) if line.lstrip()[:1] in CLOSERS else None
        if len(state.open) == 1 and not state.quote and state.code.rstrip()[-1:] == ",":
            end = count + 1
    return "".join(lines[:end]) if end else None
