"""A small scanner for brackets, strings and comments: for code that no grammar can parse yet."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gearshift.languages.language import Language

PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(PAIRS.values())


class Scan(NamedTuple):
    """What is open at the end of a piece of code."""

    open: str
    """Openers without their closers, outermost first."""
    surplus: str
    """Closers without their openers, in order."""
    quote: str | None
    """The quote of an unfinished string."""
    in_comment: bool
    code: str
    """The text with strings emptied and comments dropped."""


def scan(language: Language, text: str) -> Scan:
    """Return what is open at the end of `text`, which begins outside strings and comments."""
    return _Scanner(language).run(text)


class _Scanner:
    """One pass over a text."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._open: list[str] = []
        self._surplus: list[str] = []
        self._code: list[str] = []
        self._quote: str | None = None
        self._in_comment = False

    def run(self, text: str) -> Scan:
        find, at = _marks(self._language).search, 0
        while mark := find(text, at):
            self._code.append(text[at : mark.start()])
            at = self._step(text, mark.start(), mark.group())
        self._code.append(text[at:])
        return Scan(
            "".join(self._open),
            "".join(self._surplus),
            self._quote,
            self._in_comment,
            "".join(self._code),
        )

    def _step(self, text: str, at: int, mark: str) -> int:
        language = self._language
        if mark in language.quotes:
            return self._string(text, at, mark)
        if mark == language.line_comment:
            end = text.find("\n", at)
            self._in_comment = end < 0
            return len(text) if end < 0 else end
        if language.block_comment and mark == language.block_comment[0]:
            closing = language.block_comment[1]
            end = text.find(closing, at + len(mark))
            self._in_comment = end < 0
            return len(text) if end < 0 else end + len(closing)
        self._bracket(mark)
        self._code.append(mark)
        return at + 1

    def _bracket(self, character: str) -> None:
        if character in PAIRS:
            self._open.append(character)
        elif character in CLOSERS:
            if self._open and PAIRS[self._open[-1]] == character:
                self._open.pop()
            else:
                self._surplus.append(character)

    def _string(self, text: str, at: int, quote: str) -> int:
        self._code.append(quote)
        mark = _ends(quote).search(text, at + len(quote))
        while mark and mark.group().startswith("\\"):
            mark = _ends(quote).search(text, mark.end())
        if mark is None:
            self._quote = quote
            return len(text)
        if mark.group() != quote:
            return mark.start()  # an unfinished string ends with its line; the next line is code
        self._code.append(quote)
        return mark.end()


@cache
def _marks(language: Language) -> re.Pattern[str]:
    """Return what matters outside strings and comments; at one place the first that fits counts."""
    opening = language.block_comment[0] if language.block_comment else None
    marks = [*language.quotes, *filter(None, (language.line_comment, opening))]
    return re.compile("|".join([*map(re.escape, marks), r"[()\[\]{}]"]))


@cache
def _ends(quote: str) -> re.Pattern[str]:
    """Return what matters in a string: an escaped character, its end, a line's end."""
    is_one_line = len(quote) == 1 and quote != "`"
    marks = [r"\\.", re.escape(quote), *([r"[\r\n]"] if is_one_line else [])]
    return re.compile("|".join(marks), re.DOTALL)
