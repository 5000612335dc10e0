"""The text with a completion put in, and how many syntax errors that leaves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from gearshift.completion.indentation import width
from gearshift.completion.near import CLOSE_LINES, HEADER, WIDER_LINES, lines_near
from gearshift.completion.part import Part, alone, is_told_alone
from gearshift.completion.stop import CLOSING
from gearshift.completion.stopped import stopped
from gearshift.languages.brackets import CLOSERS, scan
from gearshift.languages.syntax import Gap, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.completion.hole import Hole

WHOLE_CHARACTERS = 40_000
"""Longest document that is parsed whole where its parts can't tell, about 15 ms in Python."""
TREE_CHARACTERS = 200_000
"""The same where a grammar is all there is: 25 ms once, a tenth of that after an edit."""

BEHIND, WITHIN = 1, 2
"""The errors of a text behind which the parser stops, as it does without, and of one within it."""


class _Judged(NamedTuple):
    """The errors with a text put in."""

    errors: int
    part: Gap
    """Where they were counted."""
    is_by_side: bool = False
    """Whether they are one of those two."""


class Joined:
    """Counts errors in the smallest part of the document that can tell."""

    def __init__(self, hole: Hole) -> None:
        self._hole = hole
        self._made: list[Part] = []
        self._unmade = self._all_parts()
        self._latest: tuple[str, _Judged] | None = None
        """What was asked about last."""
        self._is_settled = False
        """Whether `_part` is the one that tells, not the first."""
        self._is_blind = False
        """Whether everything in sight is broken, and may be so because of where it is cut."""

    @property
    def n_read(self) -> int:
        """Characters that were given to parsers so far, two or three for a microsecond."""
        return sum(part.n_read for part in {*self._made, self._part, self._line})

    def warm(self) -> bool:
        """Do now what the first `errors` would wait for, but for parsing the line itself; return
        whether all else is known to be sound, so that there is nothing to `look_around` for."""
        hole = self._hole
        _ = hole.place, hole.unit, hole.lines_below
        return self._part.is_sound_but_for_line

    def look_around(self) -> None:
        """Find out how broken the document is, if it is, for as long as nobody waits for it."""
        if self._part.parses() is False:
            _ = self.errors_before

    @cached_property
    def _part(self) -> Part:
        return next(self._parts())

    @cached_property
    def _line(self) -> Gap:
        return alone(self._hole)

    @property
    def errors_before(self) -> int:
        """Errors with nothing put in, counted in the smallest part that is sound, or but for the
        cursor's line; if there is none, in the smallest."""
        self._settle()
        return 1 if self._is_blind else self._part.errors()

    def _settle(self) -> None:
        """Find the part that tells: one cut badly fits anything."""
        if self._is_settled:
            return
        self._is_settled = True
        for part in self._parts():
            if part.is_sound_but_for_line or part.is_sound:
                self._part = part
                return
        if all(part.is_lost for part in self._made):
            if self.is_out_of_sight:
                self._is_blind = True
                return
            self._part = self._close or self._part

    @property
    def _close(self) -> Part | None:
        """The lines next to the cursor's if they have no errors of their own."""
        hole = self._hole
        lines = lines_near(hole, CLOSE_LINES) if hole.language.is_indented else None
        close = Part(hole, *lines) if lines is not None else None
        return close if close is not None and close.is_sound_but_for_line else None

    def errors(self, text: str) -> int:
        """Return the errors with `text` at the cursor.

        Where the line does not parse yet, a header whose body the user has yet to write is none.
        """
        return self._look(text).errors

    def is_worse(self, text: str) -> bool:
        """Whether there are more errors with `text` at the cursor than without."""
        judged = self._look(text)
        return judged.errors > 0 and judged.errors > self._least(judged)

    def _least(self, judged: _Judged) -> int:
        """Return the errors with nothing put in, as those of a text were counted."""
        if judged.is_by_side:
            return 0 if judged.part.is_sound else BEHIND
        return self.errors_before if judged.part is not self._line else self._line.errors()

    def _look(self, text: str) -> _Judged:
        # What fits is asked about once more before it is shown.
        if self._latest is None or self._latest[0] != text:
            self._latest = text, self._judged(text)
        return self._latest[1]

    def _judged(self, text: str) -> _Judged:
        wrong = self._crossed(text) + self._stepping_out(text)
        if not self._part.is_sound_but_for_line and self._part.parses() is False:
            self._settle()
        if self._is_blind:
            return _Judged(1 + wrong, self._part)
        if self._part.is_sound_but_for_line and not wrong and is_told_alone(text, self._hole):
            return self._counted(self._line, text, wrong)
        if self._part.parses(text):
            return _Judged(wrong, self._part)
        self._settle()
        return self._counted(self._part, text, wrong)

    def _counted(self, part: Gap, text: str, wrong: int) -> _Judged:
        is_right = part.parses(text)
        if is_right:
            return _Judged(wrong, part)
        if part.is_sound and is_right is not None:
            return _Judged(wrong + 1, part)  # one error is as bad as many
        with_body = self._with_body(text)
        side = stopped(part, text) if self._part.is_sound_but_for_line else None
        if side == "within":
            return _Judged(wrong + WITHIN, part, is_by_side=True)
        if side == "behind":
            is_header = with_body is not None and part.parses(with_body)
            return _Judged(wrong + (0 if is_header else BEHIND), part, is_by_side=True)
        count = part.errors(text)
        if with_body is not None and not part.is_sound:
            count = min(count, part.errors(with_body))
        return _Judged(wrong + count, part)

    def _with_body(self, text: str) -> str | None:
        """Return `text`, which ends in a header, with a body; None: it does not."""
        hole, said = self._hole, text.rstrip()
        if not (hole.language.is_indented and said.endswith(":")) or hole.tail.strip():
            return None
        last = said.rpartition("\n")[2]
        line = last if "\n" in said else hole.head + last
        return f"{said}\n{' ' * (width(line, hole.unit) + 1)}pass"

    @cached_property
    def is_out_of_sight(self) -> bool:
        """Whether the errors found may come from where the document is cut: within brackets or in a
        string that begin or end too far away."""
        hole = self._hole
        if hole.rows is not None or not hole.language.is_indented:
            return False
        if self._part.is_sound_but_for_line:
            return False
        if len(hole.excerpt.snapshot.lines) == len(hole.snapshot.lines):
            return False
        if hole.around.is_loose or hole.around.begins_within(hole.snapshot):
            return True
        # What is cut at may be prose that looks like a statement.
        return scan(hole.language, hole.before + hole.after).quote is not None

    def _stepping_out(self, text: str) -> int:
        """Return the lines that leave the cursor's block, which the part can't judge."""
        hole = self._hole
        if not hole.language.is_indented:
            return 0
        lines = (hole.head + text).split("\n")
        return sum(
            bool(line.strip()) and width(line, hole.unit) < hole.level
            for line in lines[not hole.is_blank :]
            if not CLOSING.match(line)
        )

    def _crossed(self, text: str) -> int:
        """Return the closers after the cursor that lose their partners by `text`.

        In a table whose beginning is out of sight also those that close it.
        """
        head, tail, language = self._hole.head, self._hole.tail, self._hole.language
        if not (CLOSERS.intersection(tail) or self._hole.rows):
            return 0
        before = self._hole.line.surplus
        return max(0, len(scan(language, head + text + tail).surplus) - len(before))

    def _parts(self) -> Iterator[Part]:
        yield from self._made
        for part in self._unmade:
            self._made.append(part)
            yield part

    def _all_parts(self) -> Iterator[Part]:
        hole = self._hole
        rows = hole.rows
        if rows is not None and rows.is_known:
            yield Part(hole, rows.before, rows.after)
            return
        if hole.language.is_indented and hole.place != "string":
            near = lines_near(hole)
            if near is not None:
                yield Part(hole, *near)
            wider = lines_near(hole, WIDER_LINES)
            if wider is not None and wider != near:
                yield Part(hole, *wider)
        yield self._excerpt()
        whole = hole.snapshot
        if len(hole.excerpt.snapshot.lines) == len(whole.lines):
            return
        has_parser = hole.language.parses is not None
        if sum(map(len, whole.lines)) > (WHOLE_CHARACTERS if has_parser else TREE_CHARACTERS):
            return
        tree = None if has_parser else tree_of(whole)
        line = hole.position.line
        above, below = "".join(whole.lines[:line]), "".join(whole.lines[line + 1 :])
        yield Part(hole, above, below, tree.tree if tree else None)

    def _excerpt(self) -> Part:
        """Return the excerpt; one that begins within a block gets a header of its own."""
        hole, around = self._hole, self._hole.around
        first = next((line for line in hole.excerpt.snapshot.lines if line.strip()), "")
        if hole.language.is_indented and width(first):
            return Part(hole, HEADER + around.text_above, around.text_below)
        tree = tree_of(hole.excerpt.snapshot)
        return Part(hole, around.text_above, around.text_below, tree.tree if tree else None)
