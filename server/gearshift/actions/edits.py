"""The smallest edits that lead from one text to another."""

from __future__ import annotations

import difflib

from gearshift.core.text import Edit, Position, Range, line_body, split_lines


def minimal_edits(before: str, after: str) -> tuple[Edit, ...]:
    """Return the edits that make `after` out of `before`, by lines, nothing else touched."""
    old, new = split_lines(before), split_lines(after)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(middle_old) * len(middle_new) > 4_000_000:
        blocks = [("replace", 0, len(middle_old), 0, len(middle_new))]
    else:
        matcher = difflib.SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        blocks = matcher.get_opcodes()
    edits: list[Edit] = []
    for tag, a, b, c, d in blocks:
        if tag != "equal":
            span = Range(_line_start(old, head + a), _line_start(old, head + b))
            edits.append(Edit(span, "".join(middle_new[c:d])))
    return tuple(edits)


def _line_start(lines: list[str], line: int) -> Position:
    if line < len(lines):
        return Position(line, 0)
    return Position(len(lines) - 1, len(line_body(lines[-1])))
