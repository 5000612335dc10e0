"""Fix: a quick fix for diagnostics that some other tool reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place
from gearshift.actions.offering import is_code
from gearshift.actions.rewrite import judging, rewriting
from gearshift.core.errors import UserError

if TYPE_CHECKING:
    from gearshift.actions.request import ActionRequest
    from gearshift.core.diagnostic import Diagnostic

MOST = 5
"""Diagnostics told to the model: more come from the same cause or need another request."""


def order(request: ActionRequest) -> str:
    """Return the problems with the lines that they are in; raises UserError if there are none."""
    if not request.diagnostics:
        raise UserError("There is no problem reported here to fix.")
    problems = "\n".join(_problem(request, d) for d in request.diagnostics[:MOST])
    return f"Fix this in the code:\n{problems}\nChange as little as possible."


def _problem(request: ActionRequest, diagnostic: Diagnostic) -> str:
    line = diagnostic.range.start.line
    lines = request.snapshot.lines
    quoted = lines[line].strip() if 0 <= line < len(lines) else ""
    return f"- in the line `{quoted}`: {' '.join(diagnostic.message.split())}"


def _title(place: Place) -> str:
    message = " ".join(place.diagnostics[0].message.split()) if place.diagnostics else "problem"
    return f"Fix: {message[:77] + '…' if len(message) > 78 else message}"


FIX = Action(
    name="fix",
    task="fix",
    kinds=("quickfix.gearshift",),
    description="Fixes a problem that another tool reported.",
    title=_title,
    applies=lambda place: bool(place.diagnostics) and is_code(place),
    prompt=rewriting(order),
    judge=judging(
        "Fixed the problem in {name}.", ("parse", "names", "imports", "comments"), keeps="tests"
    ),
)
