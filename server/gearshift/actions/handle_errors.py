"""Handle errors: what can fail is caught where something can be done about it."""

from __future__ import annotations

from gearshift.actions.action import Action
from gearshift.actions.offering import is_code, label
from gearshift.actions.rewrite import judging, rewriting
from gearshift.verify.checks import KEPT

ORDER = (
    "Add error handling to this code: catch only specific errors that can really happen here, "
    "and raise errors with a clear message for invalid input. Results for valid input stay the "
    "same. Keep the names and the parameters."
)

HANDLE_ERRORS = Action(
    name="handleErrors",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.handleErrors",),
    description="Adds handling of the errors that the code can meet, with the same interface.",
    title=lambda place: f"Handle errors in {label(place)}",
    applies=is_code,
    prompt=rewriting(lambda _: ORDER),
    judge=judging("Added error handling to {name}.", KEPT, keeps="results"),
)
