"""Where the language's own parser stops that refuses a text put in: behind it, within it or before.

Behind it: what is said so far may stand there, and more may follow.
"""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING, Literal

from gearshift.languages.brackets import PAIRS, scan
from gearshift.languages.syntax import Gap

if TYPE_CHECKING:
    from gearshift.languages.language import Fault

Side = Literal["before", "within", "behind"]
WANTING = re.compile(r"(?:[(\[{,=+\-*/%<>!&|^~@:.]|\b(?:and|else|if|in|is|not|or)\s)\s*\Z")
"""The end of a text behind which an operand has to follow; without one the parser blames others."""
OPERAND = "_"
SIGN = re.compile(r"[=!<>*/.|&:+-]\Z")
"""The end of a text that another sign may make one of (`=`, `.`)."""
BEHIND_OPERANDS = ("and", "as", "else", "for", "from", "if", "import", "in", "is", "not", "or")
NUMBERS = ("0b", "0o", "0x")
"""How numbers begin that are none yet."""


def stopped(gap: Gap, text: str) -> Side | None:
    """Return on which side of `text` in `gap` Python's parser stops, where all that stands around
    the cursor's line is sound; None: it can't be told, as for several lines.

    Costs a parse, a second one where brackets stay open or an operand is missing.
    """
    fault = gap.fault(text)
    if fault is None or "\n" in text:
        return None
    side = _side(fault, gap, text)
    if side != "behind" or fault.is_open:
        finished = _finished(gap, text, is_open=fault.is_open)
        fault = finished.fault(text) if finished is not None else fault
        side = "behind" if fault is None else _side(fault, gap, text)
    return "behind" if fault is None or _may_go_on(gap, text, fault) else side


def _finished(gap: Gap, text: str, *, is_open: bool) -> Gap | None:
    """Return `gap` with what is missing behind `text`; None: nothing is known to be.

    Of a bracket that stays open the parser tells whatever stands in it.
    """
    operand = OPERAND if WANTING.search(text) else ""
    tail = gap.after.partition("\n")[0]
    opened = scan(gap.language, _head(gap) + text + tail).open if is_open else ""
    closers = "".join(PAIRS[opener] for opener in reversed(opened))
    if not operand and not closers:
        return None
    return Gap(gap.language, gap.before, f"{operand}{tail}{closers}{gap.after[len(tail) :]}")


def _side(fault: Fault, gap: Gap, text: str) -> Side:
    row, column = gap.before.count("\n"), _column(gap)
    if (fault.line, fault.start) >= (row, column + len(text.rstrip())):
        return "behind"
    return "within" if (fault.line, fault.end) > (row, column) else "before"


def _may_go_on(gap: Gap, text: str, fault: Fault) -> bool:
    """Whether the last word or sign is refused, and could become something else with more of it."""
    said = _head(gap) + text
    word = re.split(r"\W", said)[-1]
    is_missing = fault.start == fault.end and said[fault.end :].strip() == word
    if fault.line != gap.before.count("\n") or not (fault.end >= len(said) or is_missing):
        return False
    is_begun = any(known.startswith(word) for known in BEHIND_OPERANDS)
    is_open = is_begun or keyword.iskeyword(word) or word in NUMBERS
    return is_open if word else SIGN.search(text) is not None


def _head(gap: Gap) -> str:
    """Return the cursor's line up to the cursor."""
    return gap.before.rpartition("\n")[2]


def _column(gap: Gap) -> int:
    return len(gap.before) - gap.before.rfind("\n") - 1
