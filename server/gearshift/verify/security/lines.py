"""The lines that a change adds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines

if TYPE_CHECKING:
    from gearshift.verify.change import Change


def new_lines(change: Change) -> list[tuple[int, str]]:
    """Return (line from 0, text) of each line after the change that was not there before.

    Indentation does not count: what only moved is not new.
    """
    known = Counter(line.strip() for line in split_lines(change.before))
    found: list[tuple[int, str]] = []
    for number, line in enumerate(split_lines(change.after)):
        bare = line.strip()
        if known[bare] > 0:
            known[bare] -= 1
        elif bare:
            found.append((number, bare))
    return found
