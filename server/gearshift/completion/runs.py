"""The requests that run: at most one for a document, and at most one ahead of the user."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.completion.certain import first_undefined, read_for_certain
from gearshift.completion.engine import offer
from gearshift.completion.generation import Generation
from gearshift.completion.indentation import leading
from gearshift.completion.recall import Entry, Recall
from gearshift.completion.screen import undefined
from gearshift.core.suggestions import Skip, Suggestion
from gearshift.languages.brackets import CLOSERS, scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.core.document import Snapshot
    from gearshift.core.text import Position

GRACE_SECONDS = 0.06
"""How long a generation that nobody waits for any more may wait for a request that agrees: editors
cancel with a key press and ask again at once."""


@dataclass(eq=False)
class Run:
    """A generation and what becomes of it."""

    generation: Generation
    entry: Entry
    before: Entry | None = None
    """The suggestion after which it was asked for, as if that were accepted; None: none."""
    grace: asyncio.TimerHandle | None = None
    is_missed: bool = False
    """Whether it counts as a miss already."""
    lost: Skip | None = None
    """Why nothing that begins so can be shown."""
    _partial: tuple[str, str] = ("", "")
    _judged: str = ""
    _n_names: int = 0
    """Of the first line, judged already."""
    _offered: tuple[str, Suggestion | Skip] | None = None

    @property
    def uri(self) -> str:
        """The document."""
        return self.entry.origin.uri

    def partial(self, typed: str) -> str:
        """Return the whole lines that can be shown already, from the origin on; empty: none."""
        lines = self.generation.whole_lines
        if len(lines) <= len(typed):
            return ""
        if self._partial[0] != lines:
            is_unfinished = self._is_within_expression(lines)
            self._partial = lines, "" if is_unfinished else self._offer(lines)
        text = self._partial[1]
        return text if text.startswith(typed) and text[len(typed) :].strip() else ""

    def is_lost(self, text: str) -> bool:
        """Whether nothing that begins with `text` can be shown, whatever comes after it.

        Judged when a name of its first line is whole, and again with each whole line.
        """
        hole = self.generation.hole
        if "\n" not in text:
            read = read_for_certain(text, hole)
            name = first_undefined(read[self._n_names :], text, hole)
            if name is not None:
                self.lost = undefined((name,))
                return True
            self._n_names = len(read)
        lines = self.generation.whole_lines
        return lines != self._judged and self._are_lines_lost(lines)

    def _are_lines_lost(self, lines: str) -> bool:
        self._judged = lines
        if not lines.strip() or self._is_within_expression(lines):
            return False
        hole = self.generation.hole
        last = lines.rpartition("\n")[2]
        if hole.language.is_indented and hole.language.opener.search(last):
            line = last if "\n" in lines else hole.head + last
            lines += f"\n{leading(line)}{hole.unit}pass"
        return not self._offer(lines)

    def _is_within_expression(self, lines: str) -> bool:
        hole = self.generation.hole
        state = scan(hole.language, hole.head + lines)
        awaited = sum(character in CLOSERS for character in hole.tail)
        return len(state.open) > awaited or state.quote is not None

    def _offer(self, lines: str) -> str:
        result = self.offer(lines)
        newline = self.generation.hole.newline
        return "" if isinstance(result, Skip) else plain(result.text, newline)

    def offer(self, text: str) -> Suggestion | Skip:
        """Return what a reply that reads `text` amounts to; what was asked last is kept."""
        if self._offered is None or self._offered[0] != text:
            generation = self.generation
            result = offer(text, generation.hole, generation.sent_head, generation.joined)
            self._offered = text, result
        return self._offered[1]


class Runs:
    """Starts, finds and stops generations; finished ones go to `recall`."""

    def __init__(
        self,
        recall: Recall,
        failed: Callable[[BaseException], None],
        answered: Callable[[float], None],
    ) -> None:
        """`answered` is told the seconds until each model began to answer."""
        self._recall = recall
        self._answered = answered
        self._failed = failed
        self._of: dict[str, Run] = {}
        self.ahead: Run | None = None
        self._open: set[Generation] = set()
        """Those whose stream is not closed yet."""

    def start(self, generation: Generation, model: str) -> Run:
        """Begin a generation for its document; one that runs there is stopped."""
        run = Run(generation, Entry(generation.origin, model))
        self.stop(run.uri)
        self._of[run.uri] = run
        self._begin(run)
        return run

    def start_ahead(self, generation: Generation, before: Entry) -> None:
        """Begin a generation for what comes after `before`; the one ahead so far is stopped."""
        self.drop_ahead()
        self.ahead = Run(generation, Entry(generation.origin, before.model), before)
        self._begin(self.ahead)

    def find(self, model: str, snapshot: Snapshot, position: Position) -> Run | None:
        """Return the running generation whose reply may go on at `position`.

        The one ahead takes its place as the document's own when the user gets there.
        """
        for run in (self._of.get(snapshot.uri), self.ahead):
            if run is None or run.entry.model != model:
                continue
            if run.generation.agrees(snapshot, position):
                if run is self.ahead:
                    self.ahead = None
                    self.stop(run.uri)
                    self._of[run.uri] = run
                return run
        return None

    def of(self, uri: str) -> Run | None:
        """Return the generation that runs for a document."""
        return self._of.get(uri)

    def join(self, run: Run) -> None:
        """Note that a request waits for `run`."""
        run.generation.n_waiting += 1
        if run.grace is not None:
            run.grace.cancel()
            run.grace = None

    def leave(self, run: Run, *, is_cancelled: bool) -> None:
        """Note that a request waits no longer; without another one that agrees `run` is stopped."""
        run.generation.n_waiting -= 1
        if is_cancelled and not run.generation.n_waiting and not run.generation.is_done:
            loop = asyncio.get_running_loop()
            run.grace = loop.call_later(GRACE_SECONDS, self._end_grace, run)

    def stop(self, uri: str) -> None:
        """Stop what runs for a document."""
        run = self._of.pop(uri, None)
        if run is not None:
            run.generation.stop()

    def drop_ahead(self) -> None:
        """Stop what runs ahead of the user."""
        run, self.ahead = self.ahead, None
        if run is not None:
            run.generation.stop()

    async def aclose(self) -> None:
        """Stop everything and wait until all streams are closed."""
        for uri in [*self._of]:
            self.stop(uri)
        self.drop_ahead()
        for generation in [*self._open]:
            await generation.stopped()

    def _begin(self, run: Run) -> None:
        generation = run.generation
        self._open.add(generation)
        generation.judge = run.is_lost
        generation.foresee = run.offer
        generation.start(
            lambda: self._finished(run),
            lambda: self._ended(run),
            lambda: self._open.discard(generation),
        )

    def _end_grace(self, run: Run) -> None:
        if not run.generation.n_waiting and self._of.get(run.uri) is run:
            self.stop(run.uri)

    def _finished(self, run: Run) -> None:
        generation, entry = run.generation, run.entry
        result = run.offer(generation.text)
        if isinstance(result, Skip):
            entry.skip = result
        else:
            entry.text = plain(result.text, generation.hole.newline)
            entry.cut_off = _cut_off(generation, entry.text)
        self._recall.add(entry)

    def _ended(self, run: Run) -> None:
        generation = run.generation
        if generation.first_seconds is not None:
            self._answered(generation.first_seconds)
        if self._of.get(run.uri) is run:
            del self._of[run.uri]
        if self.ahead is run:
            self.ahead = None
        if run.grace is not None:
            run.grace.cancel()
        if generation.error is not None and not generation.n_waiting:
            self._failed(generation.error)


def _cut_off(generation: Generation, shown: str) -> str:
    """Return the beginning of the line at which the reply broke off, if that is not shown.

    Only where the rest agrees with what is shown and no rule ended the reply.
    """
    if generation.is_cut:
        return ""
    draft = generation.draft
    if not draft.startswith(shown):
        return ""
    rest = draft[len(shown) :]
    line = rest.lstrip("\n")
    return rest if line.strip() and "\n" not in line else ""


def plain(text: str, newline: str) -> str:
    """Return `text` with `\\n` as line ending in place of the document's."""
    return text.replace(newline, "\n") if newline != "\n" else text
