"""A small scanner for brackets, strings and comments: for code that no grammar can parse yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.languages.language import Language

PAIRS = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(PAIRS.values())


@dataclass(frozen=True, slots=True)
class Scan:
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
        at = 0
        while at < len(text):
            at = self._step(text, at)
        return Scan(
            "".join(self._open),
            "".join(self._surplus),
            self._quote,
            self._in_comment,
            "".join(self._code),
        )

    def _step(self, text: str, at: int) -> int:
        language = self._language
        for quote in language.quotes:
            if text.startswith(quote, at):
                return self._string(text, at, quote)
        if language.line_comment and text.startswith(language.line_comment, at):
            end = text.find("\n", at)
            self._in_comment = end < 0
            return len(text) if end < 0 else end
        if language.block_comment and text.startswith(language.block_comment[0], at):
            opening, closing = language.block_comment
            end = text.find(closing, at + len(opening))
            self._in_comment = end < 0
            return len(text) if end < 0 else end + len(closing)
        self._bracket(text[at])
        self._code.append(text[at])
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
        is_one_line = len(quote) == 1 and quote != "`"
        at += len(quote)
        while at < len(text):
            if text[at] == "\\":
                at += 2
            elif text.startswith(quote, at):
                self._code.append(quote)
                return at + len(quote)
            elif is_one_line and text[at] in "\r\n":
                return at  # an unfinished string ends with its line; the next line is code
            else:
                at += 1
        self._quote = quote
        return len(text)
