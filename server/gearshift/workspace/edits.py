"""What was changed lately, found by comparing versions; nothing is done for a key press."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.document import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 20
"""Lines of one hunk; edits further apart are two."""
MOST = 8
DOCUMENTS = 8


@dataclass(frozen=True, slots=True)
class Hunk:
    """One change that was made, as whole lines."""

    file: Path
    line: int
    """Of the first line that is new, from 0."""
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Course:
    """One document: since when the present hunk grows, and what it was last."""

    base: Snapshot
    last: Snapshot


class EditHistory:
    """The latest hunks of a few documents; text in memory only."""

    def __init__(self) -> None:
        self._hunks: deque[Hunk] = deque(maxlen=MOST)
        self._courses: OrderedDict[str, _Course] = OrderedDict()

    def look(self, snapshot: Snapshot) -> tuple[Hunk, ...]:
        """Note the present version; return the hunks, the latest last."""
        if snapshot.path is None:
            return tuple(self._hunks)
        course = self._courses.pop(snapshot.uri, _Course(snapshot, snapshot))
        current = _hunk(course.base, snapshot)
        if current is not None and _is_long(current):
            if course.last is not course.base:
                finished = _hunk(course.base, course.last)
                if finished is not None and not _is_long(finished):
                    self._hunks.append(finished)
            course = _Course(course.last, course.last)
            current = _hunk(course.base, snapshot)
            if current is not None and _is_long(current):
                # Pasted or replaced as a whole: nothing that goes on.
                course, current = _Course(snapshot, snapshot), None
        self._courses[snapshot.uri] = replace(course, last=snapshot)
        if len(self._courses) > DOCUMENTS:
            self._courses.popitem(last=False)
        others = [_hunk(c.base, c.last) for c in list(self._courses.values())[:-1]]
        found = [*self._hunks, *others, current]
        return tuple(hunk for hunk in found if hunk is not None)

    def forget(self, uri: str) -> Path | None:
        """Let go of a document that was closed; its last hunk stays. Return its file, if known."""
        course = self._courses.pop(uri, None)
        if course is None:
            return None
        hunk = _hunk(course.base, course.last)
        if hunk is not None and not _is_long(hunk):
            self._hunks.append(hunk)
        return course.last.path


def _is_long(hunk: Hunk) -> bool:
    return max(len(hunk.removed), len(hunk.added)) > LONGEST


def _hunk(old: Snapshot, new: Snapshot) -> Hunk | None:
    """Return the one stretch in which two versions differ; None: they do not."""
    before, after = old.lines, new.lines
    if before is after or new.path is None:
        return None
    head = _shared(before, after)
    limit = min(len(before), len(after)) - head
    tail = 0
    while tail < limit and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    removed, added = before[head : len(before) - tail], after[head : len(after) - tail]
    return Hunk(new.path, head, removed, added) if removed or added else None


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    for number, (mine, yours) in enumerate(zip(one, other, strict=False)):
        if mine is not yours and mine != yours:
            return number
    return min(len(one), len(other))
