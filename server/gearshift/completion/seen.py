"""What the user saw last in a document, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gearshift.completion.recall import Entry

if TYPE_CHECKING:
    from gearshift.core.document import Snapshot
    from gearshift.core.text import Position

News = Literal["gone", "same", "agreed", "contradicted", "accepted", "accepted_part"]
TO_AGREE = 3
"""Characters typed as suggested that are no accident any more."""
TO_ACCEPT = 2
"""Characters that come with one edit when a suggestion is accepted; a key brings one."""


@dataclass(eq=False)
class Seen:
    """The suggestion that stands, or stood, at the cursor."""

    entry: Entry
    text: str
    """All of it from its origin on, with `\\n` as line ending."""
    n_first: int
    """How much of it was typed when it was first shown."""
    n_typed: int
    """How much of it is typed now."""
    n_edits: int = 0
    """Edits of the document since it was looked at."""
    is_taken: bool = False
    """Whether it is known to have been accepted whole."""

    def look(self, snapshot: Snapshot, position: Position) -> News:
        """Return what the edits since the last look say about it.

        `gone`: the cursor is elsewhere, or behind all of it, or the text around it is another.
        """
        n_edits, self.n_edits = self.n_edits, 0
        since = self.entry.origin.typed(snapshot, position, self.text.count("\n") + 1)
        if since is None:
            return "gone"
        typed = since.text
        if not self.text.startswith(typed):
            whole = self.entry.begun or self.text
            return "gone" if typed.startswith(whole) else "contradicted"
        added = self.text[self.n_typed : len(typed)]
        self.n_typed = len(typed)
        # An editor that indents a new line by itself brings many blanks with one key.
        if n_edits == 1 and len(added) >= TO_ACCEPT and len("".join(added.split())) >= TO_ACCEPT:
            return "accepted" if len(typed) == len(self.text) else "accepted_part"
        if len(typed) - self.n_first >= TO_AGREE:
            self.n_first = len(typed)
            return "agreed"
        return "same"

    def find(self, snapshot: Snapshot) -> tuple[int, int] | None:
        """Return the first and last line of the whole text where it stands now; None: nowhere."""
        first, *rest = self.text.split("\n")
        n_lines, start = len(rest), self.entry.origin.head + first
        for number in range(len(snapshot.lines) - n_lines):
            if not snapshot.lines[number].startswith(start):
                continue
            if not self.entry.origin.stands_below(snapshot.lines, number):
                continue
            below = snapshot.lines[number + 1 : number + 1 + n_lines]
            if all(line.startswith(text) for line, text in zip(below, rest, strict=True)):
                return number, number + n_lines
        return None
