"""From what a model wrote to what fits: overlap off, indented as meant, cut to what parses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.completion.overlap import trim_head, trim_tail
from gearshift.completion.reindent import readings
from gearshift.completion.stop import goes_on_from
from gearshift.languages.brackets import PAIRS, scan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.completion.hole import Hole
    from gearshift.completion.joined import Joined

MARKS = frozenset(".([{:=,")
"""What models say again at times."""
PARSES_LIMIT = 24
"""Candidates that are parsed for one reply; the first nearly always fits."""

READ_LIMIT = 16_000
"""Characters that are parsed for one reply, about 7 ms: the editor waits meanwhile."""


def fit(text: str, hole: Hole, joined: Joined, sent_head: str) -> str:
    """Return the longest part of `text`, indented as it was meant, that parses best.

    Where nothing parses without errors, only the first line is kept.
    """
    best, fewest = "", None
    for number, candidate in enumerate(_candidates(text, hole, sent_head)):
        if not candidate.strip():
            continue
        errors = joined.errors(candidate)
        if fewest is None or errors < fewest:
            best, fewest = candidate, errors
        if errors == 0 or number >= PARSES_LIMIT or joined.n_read > READ_LIMIT:
            break
    if fewest and not hole.is_block:
        return best.partition("\n")[0] if best.partition("\n")[0].strip() else best
    return best


def _candidates(text: str, hole: Hole, sent_head: str) -> Iterator[str]:
    """Yield candidates: whole in every reading, then cut line by line, then with closers."""
    whole = trim_head(text, hole)
    sent_head = goes_on_from(hole, sent_head, whole) if whole == text else ""
    lines = whole.rstrip().split("\n")
    for count in range(len(lines), 0, -1):
        for reading in readings("\n".join(lines[:count]), hole, sent_head):
            yield trim_tail(reading, hole)
        if count == len(lines):
            yield from _once(whole, hole)
            yield from _closed(whole, hole, sent_head)
    yield from _up_to_tail(lines[0], hole)


def _once(text: str, hole: Hole) -> Iterator[str]:
    """Yield the text without the mark that stands before the cursor and that it says again.

    It is whole in the first place: `0.` goes on with `.9` in some languages.
    """
    if text[:1] in MARKS and hole.head.endswith(text[0]):
        yield trim_tail(text[1:].rstrip(), hole)


def _up_to_tail(first: str, hole: Hole) -> Iterator[str]:
    """Yield the first line cut where it comes to the closer that follows the cursor."""
    closer = hole.tail.strip()[:1]
    if closer and not closer.isalnum():
        for number, character in enumerate(first):
            if character == closer and number:
                yield first[:number]


def _closed(text: str, hole: Hole, sent_head: str) -> Iterator[str]:
    """Yield the text with the brackets closed that it leaves open."""
    reading = next(readings(text.rstrip(), hole, sent_head))
    missing = scan(hole.language, hole.head + reading + hole.tail)
    if missing.open and not missing.quote and "\n" not in reading.lstrip("\n"):
        yield reading + "".join(PAIRS[opener] for opener in reversed(missing.open))
