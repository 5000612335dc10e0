"""Remove duplication: a piece that a neighbour repeats becomes a function that both call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Prompt, Rejection
from gearshift.actions.extract import free_name_problem, name_prompt
from gearshift.actions.naming import name_in
from gearshift.actions.offering import label
from gearshift.actions.pieces import Piece, repeated
from gearshift.actions.restructured import MOVED, proposed, restructured
from gearshift.core.errors import UserError
from gearshift.restructure.steps import Extract

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.verify.verifier import Verifier


def _prompt(request: ActionRequest, room: int) -> Prompt:
    del room  # the pieces are short
    return name_prompt(request, _repeated(request))


def _repeated(request: ActionRequest) -> Piece:
    piece = repeated(request.snapshot, request.target)
    if piece is None:
        raise UserError(f"No lines of {request.name} stand elsewhere in this file as well.")
    return piece


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    piece = _repeated(request)
    name = name_in(answer.text)
    if name is None:
        return Rejection("answer", "There was no name in the answer.")
    if problem := free_name_problem(request, name):
        return Rejection("answer", problem)
    done = await restructured(
        request, (Extract(piece.first, piece.last, name, is_everywhere=True),)
    )
    if isinstance(done, Rejection):
        return done
    assert request.snapshot.path is not None
    after = done.texts[request.snapshot.path]
    calls = len(re.findall(rf"\b{name}\(", after)) - 1
    if calls < 2:
        return Rejection("rope", "rope found no other piece that does quite the same.")
    summary = f"Moved what {calls} places repeat into `{name}`."
    return await proposed(request, done, summary, MOVED, verifier)


def _applies(place: Place) -> bool:
    target = place.target
    if place.snapshot.language != "python" or target is None or target.symbol is None:
        return False
    is_function = target.symbol.kind in {"function", "method"}
    return is_function and repeated(place.snapshot, target) is not None


DEDUPLICATE = Action(
    name="deduplicate",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.deduplicate",),
    description=(
        "Moves lines that the function shares with a neighbour into a function that both call "
        "(Python); rope finds and replaces them."
    ),
    title=lambda place: f"Remove what {label(place)} repeats",
    applies=_applies,
    prompt=_prompt,
    judge=_judge,
)
