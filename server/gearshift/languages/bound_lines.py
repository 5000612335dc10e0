"""Lines of a text that may bind a name, told without parsing it: too many rather than too few."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSEEN = ("import *", "globals()", "exec(", "vars()", "def __getattr__")
"""What can bind names that no text shows; looked for as it is usually written."""
FEW_CHARACTERS = 500
"""Up to which one pattern is faster than to look for each of those."""
MENTIONED = "exec()"
"""A call of it says what to run: without that it is spoken of, in a comment or a docstring."""
MARK = "\0"
"""Stands for the name that is looked for, so that one pattern serves all: compiling one for each
takes a millisecond."""
BOUND_LINE = (
    r"^\s*(?:(?:async\s+)?def|class)\s+\0|^\s*(?:from\b.*)?\bimport\b.*\0"
    r"|\b(?:as|for|global)\b[\w\s,()*\0]*\0|(?<!\.)\0[\w\s,.*()\[\]\0]*(?::[^=]*)?=(?!=)"
    r"|^\s*\0\s*[,:)]|^\s*\0$|\bdef\b.*\0"
)
"""A line that may bind the name that `MARK` stands for."""


def can_bind_unseen(text: str) -> bool:
    """Whether names may be bound in ways that the text does not show (`import *`, `exec`)."""
    if len(text) < FEW_CHARACTERS and not _unseen().search(text):
        return False
    return any(
        not (at and (_is_word(text[at - 1]) or text[at - 1] == "."))
        and not text.startswith(MENTIONED, at)
        for sign in UNSEEN
        for at in _places(text, sign)
    )


def may_be_bound(text: str, name: str) -> bool:
    """Whether some line of `text`, which need not be Python, looks as if it bound `name`."""
    passed, binds = 0, _bound_line()
    for at in _whole_words(text, name):
        if at < passed:
            continue
        # Only lines with the name in them: looking through all of a long text takes milliseconds.
        start, passed = text.rfind("\n", 0, at) + 1, _line_end(text, at)
        if binds.search(_marked(text[start : _line_end(text, passed + 1)], name)):
            return True
    return False


@cache
def _unseen() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, UNSEEN)))


@cache
def _bound_line() -> re.Pattern[str]:
    return re.compile(BOUND_LINE, re.MULTILINE)


def begins_word(text: str, name: str) -> bool:
    """Whether `text` has a longer word that begins with `name`."""
    return any(
        not (at and _is_word(text[at - 1])) and _is_word(text[at + len(name) : at + len(name) + 1])
        for at in _places(text, name)
    )


def _marked(text: str, name: str) -> str:
    """Return `text` with `MARK` in place of `name`."""
    parts: list[str] = []
    done = 0
    for at in _whole_words(text, name):
        parts += text[done:at], MARK
        done = at + len(name)
    return "".join((*parts, text[done:]))


def _whole_words(text: str, name: str) -> Iterator[int]:
    for at in _places(text, name):
        end = at + len(name)
        if not (at and _is_word(text[at - 1])) and not _is_word(text[end : end + 1]):
            yield at


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
