"""Fix: a quick fix for diagnostics that some other tool reported."""

from __future__ import annotations

import ast
import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Rejection
from gearshift.actions.offering import is_code
from gearshift.actions.rewrite import judging, rewriting
from gearshift.core.errors import UserError
from gearshift.core.text import apply_edits
from gearshift.verify.change import parse

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.results import Proposal
    from gearshift.verify.verifier import Verifier

IN_WORDS = "instruction"
"""Source of a problem that a person wrote down."""
SAME = "The code does exactly what it did before, so the problem is still there."
UNCHECKED = "No tool here can tell whether it is gone: look at the edit."
_fixed = judging(
    "Fixed the problem in {name}.", ("parse", "names", "imports", "comments"), keeps="tests"
)
MOST = 5
"""Diagnostics told to the model: more come from the same cause or need another request."""


def order(request: ActionRequest) -> str:
    """Return the problems with the lines that they are in; raises UserError if there are none."""
    if not request.diagnostics:
        raise UserError(
            "There is no problem reported here to fix: go to one, or say as the instruction what is"
            " wrong."
        )
    problems = "\n".join(_problem(request, d) for d in request.diagnostics[:MOST])
    return f"Fix this in the code:\n{problems}\nChange as little as possible."


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    result = await _fixed(request, answer, verifier)
    if isinstance(result, Rejection) or any(e.startswith("recheck:") for e in result.evidence):
        return result
    # A linter's complaint may be of the layout alone; one in plain words is not.
    is_told = any((d.source or IN_WORDS) == IN_WORDS for d in request.diagnostics)
    if is_told and await asyncio.to_thread(_is_same, request, result):
        return Rejection("recheck", SAME)
    return replace(result, summary=f"{result.summary} {UNCHECKED}")


def _is_same(request: ActionRequest, proposal: Proposal) -> bool:
    """Whether Python reads the code as it did before."""
    before = request.snapshot.text
    after = [
        apply_edits(before, e.edits) for e in proposal.edits if e.path == request.snapshot.path
    ]
    if request.snapshot.language != "python" or len(after) != len(proposal.edits):
        return False
    trees = [parse(text) for text in (before, *after)]
    return None not in trees and len({ast.dump(tree) for tree in trees if tree}) == 1


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
    judge=_judge,
)
