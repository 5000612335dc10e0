"""Finds secrets in a text and puts placeholders of the same kind in their place."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from gearshift.privacy.armour import KEY_MARK, find_key_blocks
from gearshift.privacy.placeholders import Placeholders
from gearshift.privacy.shapes import ASSIGNMENTS, SHAPES, Assignment, Shape, is_secret_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MOST_PASSES = 8
"""A replacement can bare a secret that stood right behind another; each pass takes one more."""


_NONE: Mapping[str, int] = MappingProxyType({})


class Secret(NamedTuple):
    """A part of a text that must not leave."""

    start: int
    end: int
    kind: str


class Redacted(NamedTuple):
    """A text that may leave."""

    text: str
    counts: Mapping[str, int]
    """How many secrets of each kind were taken out."""


def redact(text: str, names: Placeholders | None = None) -> Redacted:
    """Return `text` with a placeholder for every secret; `names` are those of the request."""
    found = _secrets_of(text)
    if not found:
        return Redacted(text, _NONE)
    names = names or Placeholders()
    counts: Counter[str] = Counter()
    for _ in range(_MOST_PASSES):
        if not found:
            break
        counts.update(secret.kind for secret in found)
        text = _replace(text, found, names)
        found = _secrets_of(text)
    return Redacted(text, counts)


def redact_around(
    before: str, after: str, names: Placeholders | None = None
) -> tuple[Redacted, Redacted]:
    """Return both sides of a cursor redacted; a secret that the cursor stands in goes too."""
    names = names or Placeholders()
    middle = len(before)
    split = next((s for s in _secrets_across(before, after) if s.start < middle < s.end), None)
    if split is None:
        return redact(before, names), redact(after, names)
    head = redact(before[: split.start], names)
    tail = redact(after[split.end - middle :], names)
    counts = Counter(head.counts)
    counts[split.kind] += 1
    name = names.name(split.kind, before[split.start :] + after[: split.end - middle])
    return Redacted(head.text + name, counts), tail


def _secrets_across(before: str, after: str) -> Iterator[Secret]:
    """Yield the secrets near the seam of both texts, at their places in the joined text."""
    # All shapes but key blocks are within a line; with nothing after it, it is looked at once.
    start = before.rfind("\n") + 1
    for found in _line_secrets(before[start:] + after.partition("\n")[0]):
        yield Secret(found.start + start, found.end + start, found.kind)
    if KEY_MARK in before or KEY_MARK in after:
        yield from _key_blocks(before + after)


def _key_blocks(text: str) -> list[Secret]:
    if KEY_MARK not in text:
        return []
    return [Secret(start, end, "private-key") for start, end in find_key_blocks(text)]


def find_secrets(text: str) -> list[Secret]:
    """Return the secrets in `text` in order, none overlapping."""
    return list(_secrets_of(text))


def _secrets_of(text: str) -> tuple[Secret, ...]:
    return _kept_secrets(text) if len(text) <= _LONGEST_KEPT else _find_secrets(text)


@lru_cache(maxsize=64)
def _kept_secrets(text: str) -> tuple[Secret, ...]:
    """Return the secrets of a short text; of an inline request most are those of the last one."""
    return _find_secrets(text)


def _find_secrets(text: str) -> tuple[Secret, ...]:
    if len(text) < _SHORTEST:
        return ()
    found: list[Secret] = _key_blocks(text)
    at, last_line = 0, text.rfind("\n") + 1
    while at < len(text):
        end = text.find("\n", at + _BLOCK) + 1 or (last_line if at < last_line else len(text))
        if secrets := _line_secrets(text[at:end]):
            found += [Secret(s.start + at, s.end + at, s.kind) for s in secrets]
        at = end
    return tuple(_without_overlaps(found)) if found else ()


_SHORTEST = 8
"""Characters of the shortest text with a secret: `://:abc@`."""
_LONGEST_KEPT = 8_000
"""Characters; prompts of heavy tasks are longer, come once, and would fill the memory."""
_BLOCK = 1024
"""Least characters of a block of lines. Blocks are counted from the beginning of a text, which
prompts keep stable while one types, and the last line stands for itself: all but that is found in
the cache."""


def secrets_in(text: str) -> list[tuple[str, str]]:
    """Return the secrets in a text, each as its kind and its own text."""
    return [(secret.kind, text[secret.start : secret.end]) for secret in find_secrets(text)]


@lru_cache(maxsize=1024)
def _line_secrets(lines: str) -> tuple[Secret, ...]:
    """Return the secrets in whole lines, key blocks left out; they may overlap."""
    found: list[Secret] = []
    for hint, shape in _HINTS:
        if hint in lines:
            found += _find(shape, lines)
    # Only U+0130 changes the length of a text in lower case.
    lowered = lines.replace("\u0130", "I").lower()
    for assignment in ASSIGNMENTS:
        found += _find_assigned(assignment, lines, lowered)
    return tuple(found)


_HINTS = tuple((hint, shape) for shape in SHAPES for hint in shape.hints)


def _find(shape: Shape, text: str) -> Iterator[Secret]:
    for match in shape.pattern.finditer(text):
        if shape.is_secret is None or shape.is_secret(match["s"]):
            yield Secret(*match.span("s"), shape.kind)


def _find_assigned(assignment: Assignment, text: str, lowered: str) -> Iterator[Secret]:
    # `str.find` for each name is some fifty times faster than one pattern that ignores case.
    for name in assignment.names:
        at = lowered.find(name)
        while at >= 0:
            match = assignment.value.match(text, at + len(name))
            if match and is_secret_name(lowered, name, at) and assignment.is_secret(match["s"]):
                yield Secret(*match.span("s"), assignment.kind)
            at = lowered.find(name, at + len(name))


def _without_overlaps(found: list[Secret]) -> list[Secret]:
    found.sort(key=lambda s: (s.start, -s.end))
    kept: list[Secret] = []
    for secret in found:
        if kept and secret.start < kept[-1].end:
            kept[-1] = kept[-1]._replace(end=max(secret.end, kept[-1].end))
        else:
            kept.append(secret)
    return kept


def _replace(text: str, secrets: Sequence[Secret], names: Placeholders) -> str:
    parts: list[str] = []
    at = 0
    for secret in secrets:
        name = names.name(secret.kind, text[secret.start : secret.end])
        parts += text[at : secret.start], name
        at = secret.end
    return "".join([*parts, text[at:]])
