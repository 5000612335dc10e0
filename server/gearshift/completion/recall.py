"""What models said lately, found again by the text around the cursor: typing on, deleting, undoing
and accepting in parts ask no model twice."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from gearshift.completion.origin import Origin, below
from gearshift.core.suggestions import Skip

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot
    from gearshift.core.text import Position

MOST_ENTRIES = 500
"""Copilot keeps 100, Cody 250, Continue 1000."""

_Key = tuple[str, str, tuple[str, ...]]


@dataclass(eq=False)
class Entry:
    """One reply, as it may be inserted at its origin."""

    origin: Origin
    model: str
    """The model's name in the settings."""
    text: str = ""
    """With `\\n` as line ending."""
    skip: Skip | None = None
    """Why the reply is not shown; None: it is."""
    cut_off: str = ""
    """What follows the text of the line at which the reply broke off; it is not shown yet."""
    begun: str = ""
    """What the model had said of a line that it broke off in; the text may close its brackets."""
    is_over: bool = False
    """Whether it is in the document: what it broke off in may follow, itself it is not offered."""
    was_shown: bool = False
    is_followed: bool = False
    """Whether the suggestion that comes after it has been asked for."""

    def typed(self, snapshot: Snapshot, position: Position) -> str | None:
        """Return how much of the text stands before the cursor now; None if something else does."""
        typed = self.origin.typed(snapshot, position, self.text.count("\n"))
        return typed.text if typed and self.text.startswith(typed.text) else None


class Recalled(NamedTuple):
    """An entry that goes on at a cursor."""

    entry: Entry
    typed: str
    """The part of its text that stands before the cursor already."""
    closers: str
    """What the editor closed behind the cursor by itself; the text may say it too."""

    @property
    def rest(self) -> str:
        """What is left to insert; `\\n` as line ending."""
        return self.entry.text[len(self.typed) :]


class Recall:
    """The latest replies; the one longest unused goes first."""

    def __init__(self, limit: int = MOST_ENTRIES) -> None:
        self._limit = limit
        self._used: OrderedDict[int, Entry] = OrderedDict()
        self._near: dict[_Key, list[Entry]] = {}

    def __len__(self) -> int:
        return len(self._used)

    def add(self, entry: Entry) -> None:
        """Keep a finished reply; one of the same place is replaced."""
        near = self._near.setdefault(_key(entry), [])
        head = entry.origin.head  # the one part of an origin that differs here, in all likelihood
        same = [old for old in near if old.origin.head == head and old.origin == entry.origin]
        for old in same:
            self.drop(old)
        self._near.setdefault(_key(entry), []).append(entry)
        self._used[id(entry)] = entry
        if len(self._used) > self._limit:
            self.drop(next(iter(self._used.values())))

    def drop(self, entry: Entry) -> None:
        """Forget a reply; one that is not kept is no error."""
        if self._used.pop(id(entry), None) is None:
            return
        near = self._near[_key(entry)]
        near.remove(entry)
        if not near:
            del self._near[_key(entry)]

    def clear(self) -> None:
        """Forget everything."""
        self._used.clear()
        self._near.clear()

    def find(self, model: str, snapshot: Snapshot, position: Position) -> Recalled | None:
        """Return the latest reply of `model` that goes on at `position` and has something left.

        A reply that is not shown is found at its own origin alone.
        """
        near = self._near.get((snapshot.uri, model, below(snapshot, position)), ())
        head = snapshot.lines[position.line][: position.column] if near else ""
        for entry in reversed(near):
            text = entry.text
            # The cheapest part of `typed` first: there is an entry for each key typed on a line.
            if entry.is_over or not ("\n" in text or (entry.origin.head + text).startswith(head)):
                continue
            typed = entry.origin.typed(snapshot, position, entry.text.count("\n"))
            if typed is None or not entry.text.startswith(typed.text):
                continue
            if len(typed.text) == len(entry.text) and entry.skip is None:
                continue
            self._used.move_to_end(id(entry))
            return Recalled(entry, typed.text, typed.closers)
        return None

    def begun(self, model: str, snapshot: Snapshot, position: Position) -> str:
        """Return how the line at `position` goes on that a reply broke off in; empty: unknown.

        The text before that line stands in the document already.
        """
        for entry in reversed(self._near.get((snapshot.uri, model, below(snapshot, position)), ())):
            if not entry.cut_off:
                continue
            whole = entry.text + entry.cut_off
            typed = entry.origin.typed(snapshot, position, whole.count("\n"))
            if typed is None or typed.closers or not whole.startswith(typed.text):
                continue
            if len(typed.text) >= len(entry.text):
                return whole[len(typed.text) :]
        return ""


def _key(entry: Entry) -> _Key:
    return entry.origin.uri, entry.model, entry.origin.below
