"""Instruction: the code is changed as the user says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.action import Action
from gearshift.actions.offering import is_code, label
from gearshift.actions.rewrite import judging, rewriting
from gearshift.core.errors import UserError

if TYPE_CHECKING:
    from gearshift.actions.request import ActionRequest


def order(request: ActionRequest) -> str:
    """Return the user's own words; raises UserError if there are none."""
    words = request.instruction.strip()
    if not words:
        raise UserError("Say what to change: the instruction is empty.")
    return f"Change this code as follows: {words.rstrip('.')}. Return all of it, changed."


INSTRUCTION = Action(
    name="instruction",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.instruction",),
    description="Changes the code as you say in your own words.",
    title=lambda place: f"Change {label(place)} as you say…",
    applies=is_code,
    prompt=rewriting(order),
    judge=judging("Changed {name} as you said.", ("parse", "names", "imports"), keeps="tests"),
)
