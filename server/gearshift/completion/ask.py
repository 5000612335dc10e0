"""One request of an editor, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from gearshift.completion.generation import Generation
from gearshift.core.document import Snapshot
from gearshift.core.suggestions import Skip, Suggestion
from gearshift.core.text import Position, Range, line_body

if TYPE_CHECKING:
    from gearshift.completion.recall import Entry

How = Literal["asked", "joined", "recalled", "skipped"]
"""Where an answer comes from; `skipped`: there is none."""


@dataclass(eq=False)
class Ask:
    """One request of an editor."""

    snapshot: Snapshot
    position: Position
    model: str
    """The model's name in the settings."""
    begin: Callable[[Snapshot, Position], Generation | Skip]
    """Makes the request to the model, not begun yet."""
    is_explicit: bool = False
    pause: float | None = None
    """Seconds before an automatic request; None: as the user types."""
    may_look_ahead: bool = False
    """Whether the suggestion that comes next may be prepared."""
    stage: str = "It was withdrawn before it began."
    """What it waits for, told if it is cancelled then."""

    def insert(self, text: str) -> Suggestion:
        """Return the suggestion of `text`, whose line endings become the document's."""
        first = self.snapshot.lines[0]
        newline = first[len(line_body(first)) :] or "\n"
        inserted = text.replace("\n", newline) if newline != "\n" else text
        return Suggestion(inserted, Range.at(self.position))


class Answer(NamedTuple):
    """What an ask came to."""

    result: Suggestion | Skip
    how: How
    entry: Entry | None = None
