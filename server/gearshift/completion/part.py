"""A part of a document around the cursor's line: what is wrong in it, whatever stands there.

That is told with a statement that says nothing in the line's place.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from gearshift.completion.around import STATEMENT
from gearshift.completion.indentation import leading
from gearshift.completion.near import HEADER, LONG_QUOTES
from gearshift.languages.syntax import Gap

if TYPE_CHECKING:
    import tree_sitter

    from gearshift.completion.hole import Hole
    from gearshift.languages import Language
    from gearshift.languages.language import Fault

UNSAID = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
"""Lines without code."""
NEVER_IN_BRACKETS = re.compile(
    r"[ \t]*(?:def|class|return|raise|import|while|with|try|del|assert|global|pass)\b"
)
"""What no expression goes on with."""
OPENING = re.compile(r"([ \t]*)[^\s#\\]")
"""How a line begins that a statement does, after its white space."""
TO_BE_JOINED = re.compile(r"^\s*@|\\\s*$")
"""A line that belongs to the statement below it."""
ONLY_SOMEWHERE = re.compile(r"\bimport\b|:=")
"""What Python takes in some scopes only (`import *`, an assignment in a class's comprehension)."""


class Part(Gap):
    """Some lines above the cursor's and some below it, with the hole as the gap."""

    def __init__(
        self, hole: Hole, above: str, below: str, tree: tree_sitter.Tree | None = None
    ) -> None:
        """`tree`: that of it all, where it is at hand."""
        super().__init__(hole.language, above + hole.head, hole.rest + below, tree)
        self._hole = hole
        self._above = above
        self._below = below

    def parses(self, text: str = "") -> bool | None:
        """As `Gap.parses`; what no text can mend is not parsed with any."""
        return False if self.is_lost else super().parses(text)

    @cached_property
    def is_sound_but_for_line(self) -> bool:
        """Whether only the cursor's line, which is being written, has errors."""
        return self._is_told and self._fault is None

    @cached_property
    def is_lost(self) -> bool:
        """Whether the language's own parser refuses other lines, whatever the cursor's holds."""
        hole, fault = self._hole, self._fault
        if not self._is_told or fault is None or hole.around.is_in_brackets:
            return False  # within brackets stands no statement, and the fault may be anywhere
        row = self._above.count("\n")
        if fault.line < row:
            # Nothing at the cursor closes what a statement stands in already.
            between = self._above.split("\n")[fault.line + 1 : -1]
            return not fault.is_open or any(map(NEVER_IN_BRACKETS.match, between))
        line = hole.line
        if line.open or line.surplus or line.quote or line.code.rstrip().endswith("\\"):
            return False  # lines below belong to it
        # The line below may lack its header; for what is further down it makes no difference.
        unsaid = UNSAID.match(self._ending + self._below)
        return fault.line > row + (unsaid.group().count("\n") if unsaid else 0)

    @property
    def _is_told(self) -> bool:
        """Whether the language has a parser that tells, and no line below is part of a string."""
        hole = self._hole
        has_parser = hole.language.first_fault is not None and hole.language.is_indented
        return has_parser and hole.line.quote not in LONG_QUOTES

    @property
    def _fault(self) -> Fault | None:
        indent = leading(self._hole.head)
        return _fault_around(self._hole.language, self._above, indent, self._ending, self._below)

    @property
    def _ending(self) -> str:
        return self._hole.rest[len(self._hole.tail) :]


@lru_cache(maxsize=16)
def _fault_around(
    language: Language, above: str, indent: str, ending: str, below: str
) -> Fault | None:
    """Return what is wrong around a line; for all that is typed on it that is the same."""
    first_fault = language.first_fault
    return first_fault(f"{above}{indent}{STATEMENT}{ending}{below}") if first_fault else None


def alone(hole: Hole) -> Gap:
    """Return the cursor's line with nothing around it but the block that it stands in."""
    column = leading(hole.head)
    header = HEADER if column else ""
    # The statement behind it says whether the block is still open there.
    return Gap(hole.language, header + hole.head, f"{hole.tail}\n{column}{STATEMENT}\n")


def is_told_alone(text: str, hole: Hole) -> bool:
    """Whether the cursor's line with `text`, which does not leave its block, parses where it stands
    if and only if it does `alone`, a tenth of what has to be parsed otherwise.

    Where a statement that says nothing can stand, and all else is sound, so can any but those that
    belong to one above or below.
    """
    line, language = f"{hole.head}{text}{hole.tail}", hole.language
    opening = OPENING.match(line)
    if opening is None or opening[1] != leading(hole.head) or ONLY_SOMEWHERE.search(line):
        return False
    if hole.is_blank and hole.tail[:1].isspace():
        return False  # the line as it stands is indented more deeply than the cursor
    if not hole.around.begins_as_code or hole.around.line_above.endswith("\\"):
        return False  # `if a: \` takes no more than a statement of one line
    ends = (hole.head + hole.tail, line.partition("\n")[0], line.rpartition("\n")[2])
    return not any(language.middle.match(end) or TO_BE_JOINED.search(end) for end in ends)
