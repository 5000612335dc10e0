"""When a hole counts: the tests must tell the right answer from plausible wrong ones."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from benchmarks.cut.mutants import mutant
from benchmarks.cut.packages import packages
from benchmarks.cut.trial import Record, try_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.cut.hole import Cut

MOST_TESTS = 80
"""Of more covering tests as many are taken, evenly spread."""
MOST_SECONDS = 4.0
"""Of the covering tests, by themselves."""
REPEATS = 3
"""So often the original has to pass."""


def covering(record: Record, path: str, text: str, start: int, end: int) -> tuple[str, ...]:
    """Return the tests that run the lines from `start` to `end`; none if they take too long.

    An import runs in no test but before all of them: there the tests of the whole file count.
    """
    by_line = record.lines.get(path, {})
    first = text.count("\n", 0, start) + 1
    last = text.count("\n", 0, end) + 1
    is_import = text[start:].startswith(("import ", "from "))
    lines = by_line if is_import else range(first, last + 1)
    found = sorted({test for line in lines for test in by_line.get(line, ())})
    step = max(1, -(-len(found) // MOST_TESTS))
    chosen = found[::step]
    return tuple(chosen) if sum(record.tests[t] for t in chosen) <= MOST_SECONDS else ()


def wrong_answers(hole: Cut) -> Iterator[str]:
    """Yield the answers that must fail: nothing, the line above again, one mutant."""
    yield "pass" if hole.kind in {"statement", "block", "body", "import"} else ""
    above = next((s for s in reversed(hole.before.splitlines()[:-1]) if s.strip()), "")
    yield above.strip()
    yield mutant(hole.before, hole.answer, hole.after) or hole.answer


async def is_valid(hole: Cut) -> bool:
    """Whether every wrong answer fails and the original passes each time."""
    if mutant(hole.before, hole.answer, hole.after) is None:
        return False
    for wrong in wrong_answers(hole):
        if await passes(hole, wrong):
            return False
    for _ in range(REPEATS):
        if not await passes(hole, hole.answer):
            return False
    return True


async def passes(hole: Cut, text: str) -> bool:
    """Whether all covering tests pass with `text` in the hole; what does not parse fails."""
    whole = hole.filled(text)
    try:
        ast.parse(whole)
    except (SyntaxError, ValueError, RecursionError):
        return False
    trial = await try_tests(packages()[hole.package], hole.tests, {hole.path: whole})
    return trial.passed
