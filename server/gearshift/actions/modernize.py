"""Modernize: current idioms of the language."""

from __future__ import annotations

from gearshift.actions.action import Action
from gearshift.actions.offering import is_code, label
from gearshift.actions.rewrite import judging, rewriting
from gearshift.verify.checks import KEPT

ORDER = (
    "Rewrite this code with current {language} idioms. It must behave exactly the same. "
    "Keep the names, the parameters and the docstring."
)

MODERNIZE = Action(
    name="modernize",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.modernize",),
    description="Rewrites the code with current idioms, same behaviour and interface.",
    title=lambda place: f"Modernize {label(place)}",
    applies=is_code,
    prompt=rewriting(lambda asked: ORDER.format(language=asked.language.name)),
    judge=judging("Modernized {name}.", KEPT, keeps="everything"),
)
