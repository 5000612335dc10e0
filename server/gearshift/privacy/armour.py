"""Private keys in PEM armour: the one kind of secret that spans lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY_MARK = "PRIVATE KEY"
"""A text without it holds no armour of a private key."""

_BEGIN = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_END = re.compile(r"-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_SHORTEST_LINE = 16
_HEADERS = re.compile(r"\s{0,4}(?:[A-Za-z-]{1,20}: [^\n]{0,120}\n){0,5}")
# In a source file the lines stand in quotes, with `\n` at their ends.
_GAP = r"(?:\\[nr]|[\s\"'\\,+()]){0,80}"
_BODY = re.compile(rf"{_GAP}[A-Za-z0-9+/=]{{16,}}")
_LAST_LINE = re.compile(rf"{_GAP}[A-Za-z0-9+/]{{0,15}}={{0,2}}{_GAP}")
_BODY_LINE = re.compile(
    rf"{_GAP}(?:[A-Za-z0-9+/=]{{16,}}|[A-Za-z0-9+/]{{0,15}}={{0,2}}){_GAP}",
)


def find_key_blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of private keys in PEM armour, also where the text cuts one end off.

    Armour lines with no key between them (a parser's constants) are none.
    """
    at = 0
    while end := _END.search(text, at):
        if _BEGIN.search(text, at, end.start()) is None:
            start = _body_start(text, at, end.start())
            if start < end.start():
                yield start, end.end()
        at = end.end()
    for begin in _BEGIN.finditer(text):
        stop = _body_end(text, begin.end())
        if stop > begin.end():
            yield begin.start(), stop


def _body_end(text: str, start: int) -> int:
    """Return where the key that begins before `start` ends; `start` itself when there is none."""
    headers = _HEADERS.match(text, start)
    at = headers.end() if headers else start
    body = _BODY.match(text, at)
    if body is None:
        return start
    while body:
        at = body.end()
        body = _BODY.match(text, at)
    last = _LAST_LINE.match(text, at)
    end = _END.match(text, last.end()) if last else None
    return end.end() if end else at


def _body_start(text: str, low: int, high: int) -> int:
    """Return where the key lines right before `high` start; `high` when there are none."""
    start = at = high
    while at > low:
        line_start = text.rfind("\n", low, at - 1) + 1 or low
        line = text[line_start:at]
        if not _BODY_LINE.fullmatch(line):
            break
        if len(line.strip()) >= _SHORTEST_LINE:
            start = line_start
        at = line_start
    return start
