"""What is broken around a line, told with a statement that says nothing in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.completion.around import STATEMENT
from gearshift.completion.indentation import leading
from gearshift.completion.near import HEADER, LONG_QUOTES
from gearshift.languages.brackets import scan

if TYPE_CHECKING:
    from gearshift.completion.hole import Hole
    from gearshift.languages.syntax import Gap

UNSAID = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
"""Lines without code."""
NEVER_IN_BRACKETS = re.compile(
    r"[ \t]*(?:def|class|return|raise|import|while|with|try|del|assert|global|pass)\b"
)
"""What no expression goes on with."""
OPENING = re.compile(r"([ \t]*)[^\s#\\]")
"""How a line begins that a statement does, after its white space."""
ONLY_SOMEWHERE = re.compile(r"\bimport\b|:=")
"""What Python takes in some scopes only (`import *`, an assignment in a class's comprehension)."""


def is_sound_but_for_line(part: Gap, hole: Hole) -> bool:
    """Whether only the cursor's line, which is being written, has errors."""
    around, parses = _around_line(part, hole), hole.language.parses
    return around is not None and parses is not None and parses(STATEMENT.join(around))


def is_whole_statement(text: str, hole: Hole) -> bool:
    """Whether the cursor's line with `text`, which does not leave its block, holds statements that
    end with it.

    Where a statement that says nothing can stand, and all else is sound, so can these: a tenth of
    what has to be parsed otherwise.
    """
    line = f"{hole.head}{text}{hole.tail}"
    opening, parses = OPENING.match(line), hole.language.parses
    if parses is None or opening is None or opening[1] != leading(hole.head):
        return False
    if not hole.around.begins_as_code or hole.around.line_above.endswith("\\"):
        return False  # `if a: \` takes no more than a statement of one line
    if ONLY_SOMEWHERE.search(line):
        return False
    column = opening[1]
    return parses(f"{HEADER}{line}\n{column}{STATEMENT}" if column else line)


def is_broken_elsewhere(part: Gap, hole: Hole) -> bool:
    """Whether the language's own parser refuses other lines, whatever stands on the cursor's."""
    around = _around_line(part, hole)
    if around is None or hole.language.first_fault is None:
        return False
    above, below = around
    fault = hole.language.first_fault(STATEMENT.join(around))
    if fault is None:
        return False
    if hole.around.is_in_brackets:
        return False  # no statement stands there, and what the parser then says may be anywhere
    row = above.count("\n")
    if fault.line < row:
        # Nothing at the cursor closes what a statement stands in already.
        between = above.split("\n")[fault.line + 1 : -1]
        return not fault.is_open or any(map(NEVER_IN_BRACKETS.match, between))
    line = scan(hole.language, hole.head + hole.tail)
    if line.open or line.surplus or line.quote or line.code.rstrip().endswith("\\"):
        return False  # lines below belong to it
    # The line below may lack its header; for what is further down it makes no difference.
    unsaid = UNSAID.match(below)
    return fault.line > row + (unsaid.group().count("\n") if unsaid else 0)


def _around_line(part: Gap, hole: Hole) -> tuple[str, str] | None:
    """Return what stands above the cursor's line, its indentation included, and what below.

    None where that can't be told apart, and where there is no parser but the grammar.
    """
    if hole.language.first_fault is None or not hole.language.is_indented:
        return None
    if scan(hole.language, hole.head + hole.tail).quote in LONG_QUOTES:
        return None  # the lines below may be part of a string
    above = part.before[: len(part.before) - len(hole.head)]
    return above + leading(hole.head), part.after[len(hole.tail) :]
