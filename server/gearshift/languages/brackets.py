"""A small scanner for brackets, strings and comments: for code that no grammar can parse yet."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gearshift.languages.language import Language

PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(PAIRS.values())
BRACKETS = CLOSERS.union(PAIRS)
LONGEST_KEPT = 1_000
"""Characters: lines are asked about again, and whole documents would only take memory."""


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
    return _kept(language, text) if len(text) <= LONGEST_KEPT else _Scanner(language).run(text)


@lru_cache(maxsize=32)
def _kept(language: Language, text: str) -> Scan:
    """As `scan`: several rules ask about the same line."""
    return _Scanner(language).run(text)


class _Scanner:
    """One pass over a text."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._code: list[str] = []
        self._quote: str | None = None
        self._in_comment = False

    def run(self, text: str) -> Scan:
        find, at = _marks(self._language).search, 0
        opened: list[str] = []
        surplus: list[str] = []
        while mark := find(text, at):
            sign, start = mark[0], mark.start()
            self._code.append(text[at:start])
            if sign not in BRACKETS:
                at = self._pass_over(text, start, sign)
                continue
            if sign in PAIRS:
                opened.append(sign)
            elif opened and PAIRS[opened[-1]] == sign:
                opened.pop()
            else:
                surplus.append(sign)
            self._code.append(sign)
            at = start + 1
        self._code.append(text[at:])
        code = "".join(self._code)
        return Scan("".join(opened), "".join(surplus), self._quote, self._in_comment, code)

    def _pass_over(self, text: str, at: int, mark: str) -> int:
        """Return where a string or a comment ends that begins with `mark`."""
        language = self._language
        if mark in language.quotes:
            return self._string(text, at, mark)
        if mark == language.line_comment:
            end, closing = text.find("\n", at), ""
        else:
            assert language.block_comment is not None
            closing = language.block_comment[1]
            end = text.find(closing, at + len(mark))
        self._in_comment = end < 0
        return len(text) if end < 0 else end + len(closing)

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
