"""When to stop reading a reply: the rules run on every piece, so that no token is wasted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.completion.begun import NOTHING_BEGUN, Begun
from gearshift.completion.fence import is_fence, unfence
from gearshift.completion.indentation import width
from gearshift.languages.brackets import CLOSERS, scan

if TYPE_CHECKING:
    from gearshift.completion.hole import Hole

CLOSING = re.compile(r"\s*(?:[)\]}]+[;,)]*|end)\s*$")
"""A line that only closes what was opened before it."""
LEAVING = re.compile(r"\s*(?:return|raise|throw|break|continue)\b")
SPECIAL_TOKEN = re.compile(r"<\|[a-z_▁]+\|>|<\uff5c[^\uff5c]+\uff5c>|<(?:fim_\w+|file_sep|EOT)>")
"""Tokens of vocabularies that some servers send as text."""
ANEW = re.compile(r"\w|[ \t]{2}")
"""How a reply begins that does not go on from the statement (`name =`) begun for it."""
EQUAL_LINES = 3
LEAST_ECHO = 8
"""Characters of a line from which its return at another indentation is no accident."""
LONGEST_EXPRESSION = 12
"""Lines that a statement with open brackets may take where one line was expected."""

Verdict = tuple[str, int]
"""The rule that ends a reply, and how many of its lines count."""


class Stop:
    """Reads a reply piece by piece; `text` is what of it counts so far."""

    def __init__(self, hole: Hole, sent_head: str, begun: Begun | None = None) -> None:
        """`begun`: what the prompt said of the reply already."""
        self._hole = hole
        self._sent_head = sent_head
        self._begun = begun or NOTHING_BEGUN
        self._reply = ""
        self.text = ""
        self.reason: str | None = None
        """Which rule ended the reply; None: none yet."""

    def feed(self, piece: str) -> bool:
        """Take a piece; return whether the rest of the reply is not needed."""
        self._reply = (self._reply + piece).replace("\r\n", "\n")
        self._read(from_start(self._reply, self._begun))
        return self.reason is not None

    def end(self) -> str:
        """Return what counts of a reply that has ended by itself."""
        if self.reason is None:
            self._read(from_start(self._reply, self._begun) + "\n")
            self.text = self.text.removesuffix("\n")
        return self.text

    def _read(self, reply: str) -> None:
        token = SPECIAL_TOKEN.search(reply)
        if token:
            reply = reply[: token.start()] + "\n"
        lines = (unfence(reply) or "").split("\n")
        if self._hole.is_blank:
            lines = lines[_leading_blank(lines) :]
        # The last line may still grow, so only the finished ones are judged.
        for number in range(len(lines) - 1):
            verdict = self._judge(lines, number)
            if verdict is not None:
                self.reason, kept = verdict
                self.text = "\n".join(lines[:kept])
                return
        self.text = "\n".join(lines)
        if token:
            self.reason, self.text = "special token", self.text.removesuffix("\n")

    def _judge(self, lines: list[str], number: int) -> Verdict | None:
        line = lines[number]
        if is_fence(line):
            return "fence", number
        if number and not line.strip() and not lines[number - 1].strip():
            return "two blank lines", number - 1
        if _repeats([self._first(lines), *lines[1:]], number):
            return "equal lines", number - EQUAL_LINES + 2
        if number and self._echoes(line):
            return "text after the cursor", number
        if number and self._cuts_off(lines, number):
            return "code after it would never run", number
        dedent = self._dedent(lines, number) if number and line.strip() else None
        if dedent is not None or self._hole.is_block:
            return dedent
        return self._line_end(lines, number)

    def _echoes(self, line: str) -> bool:
        below = self._hole.lines_below
        if not below or not line.strip():
            return False
        same = below[0].strip() == line.strip()
        return below[0].rstrip() == line.rstrip() or (same and len(line.strip()) >= LEAST_ECHO)

    def _cuts_off(self, lines: list[str], number: int) -> bool:
        """Whether a line leaves the block, though the block goes on below the cursor."""
        unit, below = self._hole.unit, self._hole.lines_below
        if not below or not LEAVING.match(lines[number]):
            return False
        goes_on = width(below[0], unit) == self._hole.indent
        is_level = width(lines[number], unit) == width(self._first(lines), unit)
        return goes_on and is_level and not self._hole.language.middle.search(below[0])

    def _dedent(self, lines: list[str], number: int) -> Verdict | None:
        """The best single rule: a line indented less than the first one ends the reply."""
        unit, line = self._hole.unit, lines[number]
        first = self._first(lines)
        base, here = width(first, unit), width(line, unit)
        # The reply is a whole block, or the first line's own block goes on as long as it is deeper.
        is_block = self._hole.is_block and self._hole.is_blank
        is_level_enough = is_block or self._lacks(lines, number)
        if here > base or (here == base and (is_level_enough or not self._opens_block(first))):
            return None
        if here == base and self._hole.language.middle.search(line):
            return None
        # A line that only closes stays: what follows the cursor may lack it.
        return "dedent", number + 1 if CLOSING.match(line) else number

    def _line_end(self, lines: list[str], number: int) -> Verdict | None:
        """Where one line was expected: the end of the statement that it begins."""
        hole, done = self._hole, lines[: number + 1]
        if not any(line.strip() for line in done):
            return None
        verdict = "end of line", number + 1
        if hole.place != "code":
            return verdict
        if self._lacks(lines, number + 1):
            return None
        state = scan(hole.language, self._line_head(lines[0]) + "\n".join(done))
        awaited = sum(character in CLOSERS for character in hole.tail)
        is_open = len(state.open) > awaited and number + 1 < LONGEST_EXPRESSION
        if is_open or state.code.rstrip().endswith("\\"):
            return None
        first = self._line_head(lines[0]) + lines[0]
        opening = first if lines[0].strip() else next(line for line in done if line.strip())
        opened = state if number == 0 else scan(hole.language, opening)
        # A header with a bracket was judged by that bracket; any other ends with its block.
        is_header = hole.language.opener.search(opened.code) and not opened.open
        return None if is_header else verdict

    def _lacks(self, lines: list[str], count: int) -> bool:
        """Whether the first lines, one for each name that is wanted at most, assign not all."""
        wanted = self._begun.wanted
        if count >= len(wanted):
            return False
        said = "\n".join(lines[:count])
        return not all(re.search(rf"{re.escape(name)}\b[^=\n]*=", said) for name in wanted)

    def _first(self, lines: list[str]) -> str:
        """The first line with what stands before it, unless the reply says that again."""
        return goes_on_from(self._hole, self._sent_head, lines[0]) + lines[0]

    def _line_head(self, first: str) -> str:
        """What stands on the line before the reply, unless the reply says it again."""
        head = self._hole.head
        return "" if first.strip().startswith(head.strip()) else head

    def _opens_block(self, line: str) -> bool:
        language = self._hole.language
        return bool(language.opener.search(scan(language, line).code))


def from_start(reply: str, begun: Begun) -> str:
    """Return a reply with what it was begun with, unless it says a line of its own."""
    is_anew = reply in {"", " "} or ANEW.match(reply) is not None
    return reply if is_anew else begun.text + reply


def goes_on_from(hole: Hole, sent_head: str, first: str) -> str:
    """Return the part of the cursor's line that a reply beginning with `first` goes on from.

    White space before the cursor that comes again means the same columns, not twice as many.
    """
    return "" if hole.is_blank and hole.head and first.startswith(hole.head) else sent_head


def _leading_blank(lines: list[str]) -> int:
    count = next((n for n, line in enumerate(lines) if line.strip()), len(lines))
    return min(count, len(lines) - 1)


def _repeats(lines: list[str], number: int) -> bool:
    last = lines[max(0, number - EQUAL_LINES + 1) : number + 1]
    return len(last) == EQUAL_LINES and bool(last[0].strip()) and len({*last}) == 1
