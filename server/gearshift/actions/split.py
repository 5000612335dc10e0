"""Split: a long function becomes several; in Python rope moves the pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Prompt, Rejection
from gearshift.actions.extract import choice_prompt, extracted
from gearshift.actions.offering import is_code, label
from gearshift.actions.rewrite import judging, rewriting
from gearshift.verify.checks import KEPT

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.verify.verifier import Verifier

LONG = 15
"""Lines from which a function is offered to be split."""
MOST = 3
"""Pieces that are taken out at once."""
ORDER = (
    "Split this function: move each part that does one thing into a function of its own beside it, "
    "and call them. It must behave exactly the same. Keep its name, its parameters and comments."
)
_rewritten = judging("Split {name}.", KEPT, keeps="everything")
_ask_rewrite = rewriting(lambda _: ORDER)


def _prompt(request: ActionRequest, room: int) -> Prompt:
    if request.snapshot.language != "python":
        return _ask_rewrite(request, room)
    return choice_prompt(request, most=MOST)


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    if request.snapshot.language != "python":
        return await _rewritten(request, answer, verifier)
    return await extracted(request, answer, verifier, most=MOST)


def _applies(place: Place) -> bool:
    target = place.target
    if not is_code(place) or target is None or target.symbol is None:
        return False
    lines = target.range.end.line - target.range.start.line + 1
    return lines >= LONG and target.symbol.kind in {"function", "method"}


SPLIT = Action(
    name="split",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.split",),
    description=(
        "Splits a long function into several; in Python the model chooses the pieces and rope "
        "moves them."
    ),
    title=lambda place: f"Split {label(place)}",
    applies=_applies,
    prompt=_prompt,
    judge=_judge,
)
