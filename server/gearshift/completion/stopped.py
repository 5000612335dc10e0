"""Where the language's own parser stops that refuses a text put in: behind it, within it or before.

Behind it: what is said so far may stand there, and more may follow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gearshift.languages.brackets import PAIRS, scan
from gearshift.languages.syntax import Gap

if TYPE_CHECKING:
    from gearshift.languages.language import Fault

Side = Literal["before", "within", "behind"]


def stopped(gap: Gap, text: str) -> Side | None:
    """Return on which side of `text` in `gap` the parser stops, where all that stands around the
    cursor's line is sound; None: it can't be told, as for several lines.

    Costs a parse, a second one where brackets stay open.
    """
    fault = gap.fault(text)
    if fault is None or "\n" in text:
        return None
    tail, row = gap.after.partition("\n")[0], gap.before.count("\n")
    if fault.is_open and fault.line == row:
        # It got to the end of everything, and tells of the bracket whatever stands in that.
        line = gap.before.rpartition("\n")[2] + text + tail
        closers = "".join(PAIRS[opener] for opener in reversed(scan(gap.language, line).open))
        if closers:
            closed = Gap(gap.language, gap.before, f"{tail}{closers}{gap.after[len(tail) :]}")
            fault = closed.fault(text)
    return "behind" if fault is None else _side(fault, gap, text)


def _side(fault: Fault, gap: Gap, text: str) -> Side:
    row = gap.before.count("\n")
    column = len(gap.before) - gap.before.rfind("\n") - 1
    if (fault.line, fault.start) >= (row, column + len(text.rstrip())):
        return "behind"
    return "within" if (fault.line, fault.end) > (row, column) else "before"
