"""The suggestion that comes next, prepared while one is shown: as if that one were accepted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.completion.trigger import reason_to_skip
from gearshift.core.errors import GearshiftError
from gearshift.core.suggestions import Skip
from gearshift.core.text import Position, line_body, split_lines

if TYPE_CHECKING:
    from gearshift.completion.ask import Ask
    from gearshift.completion.recall import Recall, Recalled
    from gearshift.completion.runs import Runs
    from gearshift.core.document import Snapshot

REST_SECONDS = 0.15
"""A suggestion looked at for so long may be accepted next."""
AFTER_ANSWER_SECONDS = 0.005
"""Finding the next place takes a moment, for which no answer should wait."""
NEAR_END = 12
"""Characters left to type of a suggestion when the next one is prepared: about a second."""


class LookAhead:
    """Asks for what comes after a suggestion when it is nearly typed, or looked at for a while."""

    def __init__(self, recall: Recall, runs: Runs) -> None:
        self._recall = recall
        self._runs = runs
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def after(self, ask: Ask, found: Recalled) -> None:
        """Prepare what comes after `found`, which is shown, unless something else happens first."""
        if (
            not ask.may_look_ahead
            or ask.is_explicit
            or found.entry.is_followed
            or found.entry.begun
        ):
            return
        is_near_end = found.typed and len(found.rest) <= NEAR_END
        seconds = AFTER_ANSWER_SECONDS if is_near_end else REST_SECONDS
        loop = asyncio.get_running_loop()
        self._timers[ask.snapshot.uri] = loop.call_later(seconds, self._begin, ask, found)

    def cancel(self, uri: str) -> None:
        """Begin nothing for a document: something else happened."""
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def cancel_all(self) -> None:
        """Begin nothing any more."""
        for uri in [*self._timers]:
            self.cancel(uri)

    def _begin(self, ask: Ask, found: Recalled) -> None:
        self._timers.pop(ask.snapshot.uri, None)
        found.entry.is_followed = True
        # Where the reply broke off in the next line, that line is asked for anew, as a whole.
        newline = "\n" if found.entry.cut_off.startswith("\n") else ""
        place = place_after(ask.snapshot, ask.position, found.rest + newline)
        if place is None or self._recall.find(ask.model, *place) is not None:
            return
        try:
            generation = ask.begin(*place)
        except GearshiftError:
            return  # whoever asks there hears of it
        if not isinstance(generation, Skip):
            self._runs.start_ahead(generation, found.entry)


def place_after(
    snapshot: Snapshot, position: Position, text: str
) -> tuple[Snapshot, Position] | None:
    """Return the document and the cursor as they will be with `text` put in at `position`.

    Where nothing would be asked for there, because the statement is finished, it is the line below
    that the user opens next; None: nothing would be asked for there either.
    """
    for added in (text, text + "\n"):
        later, cursor = _with_text(snapshot, position, added)
        if reason_to_skip(later, cursor, is_explicit=False) is None:
            return later, cursor
        if later.lines[cursor.line][cursor.column :].strip():
            return None
    return None


def _with_text(snapshot: Snapshot, position: Position, text: str) -> tuple[Snapshot, Position]:
    lines = snapshot.lines
    line = lines[position.line]
    newline = lines[0][len(line_body(lines[0])) :] or "\n"
    put = text.replace("\n", newline)
    new = split_lines(line[: position.column] + put + line[position.column :])
    if position.line < len(lines) - 1:
        new.pop()  # the empty line behind the last ending is the document's own next one
    later = (*lines[: position.line], *new, *lines[position.line + 1 :])
    added = text.split("\n")
    column = len(added[-1]) + (position.column if len(added) == 1 else 0)
    cursor = Position(position.line + len(added) - 1, column)
    return replace(snapshot, lines=later), cursor
