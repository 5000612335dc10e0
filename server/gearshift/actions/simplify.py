"""Simplify: the same behaviour in plainer code."""

from __future__ import annotations

from gearshift.actions.action import Action
from gearshift.actions.offering import is_code, label
from gearshift.actions.rewrite import judging, rewriting
from gearshift.verify.checks import KEPT

ORDER = (
    "Simplify this code. It must behave exactly the same for every input. "
    "Keep the names, the parameters and the docstring."
)

SIMPLIFY = Action(
    name="simplify",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.simplify",),
    description="Rewrites the code in a simpler way with the same behaviour and interface.",
    title=lambda place: f"Simplify {label(place)}",
    applies=is_code,
    prompt=rewriting(lambda _: ORDER),
    judge=judging("Simplified {name}.", KEPT, keeps="everything"),
)
