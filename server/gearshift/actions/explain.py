"""Explain: a page to read, no edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Prompt, Rejection
from gearshift.actions.offering import label
from gearshift.actions.prompts import fenced, surroundings, target_code
from gearshift.core.results import Proposal

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest
    from gearshift.verify.verifier import Verifier

SYSTEM = "You explain code to a programmer who sees it for the first time: exact and short."
EXPECTED = 1200
"""Characters of an explanation: what fits beside the code."""


def _prompt(request: ActionRequest, room: int) -> Prompt:
    code = fenced(target_code(request), request.language.fence)
    around = surroundings(request, room - len(code) - 400)
    context = f"Part of `{request.snapshot.name}`:\n{fenced(around, request.language.fence)}\n\n"
    order = (
        "Explain it in Markdown, in at most 150 words: first one sentence on what it is for, then "
        "how it works, then what can surprise a caller."
    )
    text = f"{context if around else ''}The {request.language.name} code:\n{code}\n\n{order}"
    return Prompt(SYSTEM, text, EXPECTED, shape=order)


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    del verifier  # there is nothing to check in prose
    text = answer.text.strip()
    if not text:
        return Rejection("answer", "The answer was empty.")
    if answer.is_cut_off:
        text += " …"
    page = f"# {request.name}\n\n{text}\n"
    return Proposal(page=page, summary=f"Explained {request.name}.")


EXPLAIN = Action(
    name="explain",
    task="explain",
    kinds=("refactor.rewrite.gearshift.explain",),
    description="Explains the code on a page beside it.",
    title=lambda place: f"Explain {label(place)}",
    applies=lambda place: place.target is not None,
    prompt=_prompt,
    judge=_judge,
)
