"""The long run: every arm's reply to every hole, hole by hole, so that it may end at any time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.cut.arms.gearshift import Gearshift, hole_of
from benchmarks.cut.job import Job
from benchmarks.cut.replies import Replies
from benchmarks.cut.runtime import Runtime
from benchmarks.cut.view import View, leaks, view

from gearshift.completion.stop import Stop
from gearshift.core.model import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.cut.arms.arm import Arm, Asked
    from benchmarks.cut.hole import Cut

SPARE_TOKENS, SPARE_LINES = 16, 2
"""A reply is not read on beyond twice the answer's tokens and so many, nor beyond its lines and so
many. It saves hours, holds for all arms, and is kind to those that have no stop rule."""
SAVE_SECONDS = 60.0


def job_of(hole: Cut, seen: View, arm: Arm, model: str) -> Job:
    """Return the request of `arm`. Raises ValueError if its prompt shows the answer in place."""
    asked = arm.ask(seen, model)
    if leaks(asked.prompt, hole):
        raise ValueError(f"{arm.name} shows the answer of {hole.id}.")
    max_tokens = min(asked.max_tokens, 2 * estimate_tokens(hole.answer) + SPARE_TOKENS)
    longest = hole.answer.count("\n") + SPARE_LINES

    def is_enough(text: str) -> bool:
        return text.strip("\n").count("\n") > longest or _is_enough(asked, seen, arm, text)

    return Job(arm.name, asked.prompt, asked.beginning, max_tokens, is_enough)


def _is_enough(asked: Asked, seen: View, arm: Arm, text: str) -> bool:
    """Return whether a reply is long enough for the arm, and for our post-step behind it."""
    if not asked.is_enough(text):
        return False
    hole = hole_of(seen)
    return isinstance(arm, Gearshift) or Stop(hole, hole.head).feed(text)


def jobs(
    holes: Sequence[Cut], arms: Sequence[Arm], model: str, *, with_tests: bool
) -> Iterator[tuple[Cut, Job]]:
    """Yield every request, all arms of a hole together."""
    for hole in holes:
        seen = view(hole, with_tests=with_tests)
        for arm in arms:
            yield hole, job_of(hole, seen, arm, model)


def generate(
    model: str,
    arms: Sequence[Arm],
    holes: Sequence[Cut],
    threads: int,
    *,
    with_tests: bool = False,
) -> None:
    """Ask for every reply that is not kept yet; what is there when it is stopped stays kept.

    A second process may go through the same holes in another order, at the same time.
    """
    replies = Replies(model)
    runtime: Runtime | None = None
    saved = time.monotonic()
    for hole, job in jobs(holes, arms, model, with_tests=with_tests):
        if replies.find(job):
            continue
        runtime = runtime or Runtime(model, threads)
        reply = runtime.reply(job)
        replies.keep(job, reply)
        print(hole.id, job.arm, reply.prompt_tokens, reply.tokens, reply.seconds, flush=True)
        if time.monotonic() - saved > SAVE_SECONDS:
            replies.save()
            saved = time.monotonic()
    replies.save()
