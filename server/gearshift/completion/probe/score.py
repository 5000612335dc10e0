"""What an answer to a known hole is worth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.core.suggestions import Skip
from gearshift.core.text import Edit, apply_edits
from gearshift.languages.syntax import error_count

if TYPE_CHECKING:
    from gearshift.completion.probe.holes import KnownHole
    from gearshift.core.suggestions import Suggestion

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Score:
    """How a form did over the holes that it was asked."""

    solved: int = 0
    """Holes whose file parses with the answer and whose first line is the known one."""
    exact: int = 0
    """Those of them whose whole answer is the known one."""
    asked: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.solved + other.solved, self.exact + other.exact, self.asked + other.asked)


MISSED = Score(asked=1)


def score(hole: KnownHole, result: Suggestion | Skip) -> Score:
    """Return the score of one answer; white space and the kind of quotes make no difference."""
    if isinstance(result, Skip):
        return MISSED
    joined = apply_edits(hole.snapshot.text, (Edit(result.range, result.text),))
    if error_count(hole.language, joined):
        return MISSED
    answer = hole.parts[1]
    if _first_line(result.text) not in {_first_line(each) for each in (answer, *hole.others)}:
        return MISSED
    return Score(1, int(_bare(result.text) == _bare(answer)), 1)


def _first_line(text: str) -> str:
    return _bare(text.strip().split("\n")[0])


def _bare(text: str) -> str:
    return _SPACE.sub("", text).replace("'", '"').rstrip(";")
