"""What every arm shows in every hole, and what that is worth."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.cut.arms.gearshift import Gearshift, hole_of, offered
from benchmarks.cut.generate import job_of
from benchmarks.cut.hole import Cut, Kind
from benchmarks.cut.judge import Judge
from benchmarks.cut.view import View, view

from gearshift.verify.names import undefined_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.cut.arms.arm import Arm
    from benchmarks.cut.replies import Replies


@dataclass(frozen=True, slots=True)
class Shown:
    """What one arm puts into one hole."""

    hole: Cut
    arm: str
    has_post_step: bool
    """Whether our post-step came after the arm's own."""
    text: str
    prompt_tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it is worth."""

    hole: str
    package: str
    kind: Kind
    arm: str
    has_post_step: bool
    passed: bool
    """All covering tests pass."""
    is_exact: bool
    is_first_line: bool
    """Whether the first line is the answer's."""
    is_shown: bool
    """Whether there is any text at all."""
    parses: bool
    has_new_names: bool
    """Whether it uses names that nothing defines; only told of what parses."""
    prompt_tokens: int
    seconds: float
    text: str


def shown_by(hole: Cut, seen: View, arm: Arm, replies: Replies) -> Iterator[Shown]:
    """Yield what `arm` shows without and with our post-step; nothing if it was not asked yet."""
    reply = replies.find(job_of(hole, seen, arm, replies.model))
    if reply is None:
        return
    for has_post_step in (False, True):
        text = _text(arm, seen, reply.text, replies.model, has_post_step=has_post_step)
        yield Shown(hole, arm.name, has_post_step, text, reply.prompt_tokens, reply.seconds)


def _text(arm: Arm, seen: View, reply: str, model: str, *, has_post_step: bool) -> str:
    if not has_post_step:
        return arm.shown(seen, reply, model)
    if isinstance(arm, Gearshift):
        return arm.offered(seen, reply, model)
    hole = hole_of(seen)
    return offered(hole, reply, hole.head)


def outcome_of(shown: Shown, judge: Judge) -> Outcome:
    """Return what a judged text is worth."""
    hole, text = shown.hole, shown.text
    tree = _tree(hole.filled(text))
    return Outcome(
        hole=hole.id,
        package=hole.package,
        kind=hole.kind,
        arm=shown.arm,
        has_post_step=shown.has_post_step,
        passed=judge.passed(hole, text),
        is_exact=text.strip() == hole.answer.strip(),
        is_first_line=_first(text) == _first(hole.answer),
        is_shown=bool(text.strip()),
        parses=tree is not None,
        has_new_names=tree is not None and bool(_new_names(hole, text, tree)),
        prompt_tokens=shown.prompt_tokens,
        seconds=shown.seconds,
        text=text,
    )


async def outcomes(
    holes: Sequence[Cut], arms: Sequence[Arm], replies: Replies, *, with_tests: bool = False
) -> list[Outcome]:
    """Return the outcomes in every hole that all of `arms` were asked about."""
    found: list[Shown] = []
    for hole in holes:
        seen = view(hole, with_tests=with_tests)
        of_hole = [shown for arm in arms for shown in shown_by(hole, seen, arm, replies)]
        if len(of_hole) == 2 * len(arms):
            found += of_hole
    judge = Judge()
    await judge.judge([(shown.hole, shown.text) for shown in found])
    return [outcome_of(shown, judge) for shown in found]


def _first(text: str) -> str:
    return text.strip().split("\n")[0].rstrip()


def _new_names(hole: Cut, text: str, tree: ast.Module) -> set[str]:
    before = _tree(hole.original)
    assert before is not None
    return undefined_names(hole.filled(text), tree) - undefined_names(hole.original, before)


def _tree(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return None
