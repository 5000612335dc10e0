"""Move: the model says which module a function or class belongs to; imports of it follow."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Prompt, Rejection
from gearshift.actions.context import module_of
from gearshift.actions.offering import label
from gearshift.actions.prompts import SYSTEM, fenced, target_code
from gearshift.actions.restructured import proposed, restructured
from gearshift.core.errors import UserError
from gearshift.restructure.steps import Move
from gearshift.verify.comparison import GONE

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest, Module
    from gearshift.core.results import Proposal
    from gearshift.verify.checks import CheckName
    from gearshift.verify.verifier import Verifier

CHECKS: tuple[CheckName, ...] = ("parse", "names", "imports")
SHAPE = "Answer only with the number of that module, no code."
NUMBER = re.compile(r"\d+")


def _prompt(request: ActionRequest, room: int) -> Prompt:
    del room  # a definition and a few lines on modules
    modules = _modules(request)
    listed = "\n".join(f"{n}: {_words(m)}" for n, m in enumerate(modules, 1))
    wish = request.instruction.strip().rstrip(".")
    order = f"Do this: {wish}." if wish else "Choose by what each module is about."
    text = (
        f"The Python code of {request.name}, now in `{request.snapshot.name}`:\n"
        f"{fenced(target_code(request), 'python')}\n\n"
        f"Other modules of the project:\n{listed}\n\n"
        f"Which of these modules should {request.name} move to? {order} {SHAPE}"
    )
    return Prompt(SYSTEM, text, expected=12, shape=SHAPE)


def _words(module: Module) -> str:
    return f"`{module.name}`: {module.about}" if module.about else f"`{module.name}`"


def _modules(request: ActionRequest) -> tuple[Module, ...]:
    symbol, path, project = request.target.symbol, request.snapshot.path, request.project
    if symbol is None or "." in symbol.qualified_name:
        raise UserError("Only functions and classes at the top of a file can move.")
    if project is None or path is None or not path.is_relative_to(project):
        raise UserError("Open the folder of the project: the other modules are not known.")
    root, _ = module_of(path, project)
    found = tuple(m for m in request.modules if m.path.is_relative_to(root))
    if not found:
        raise UserError(f"There is no other module in this project that {request.name} can go to.")
    return found


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    modules = _modules(request)
    goal = chosen(answer.text, modules)
    if goal is None:
        return Rejection("answer", "There was no number of a module in the answer.")
    assert request.snapshot.path is not None
    assert request.project is not None
    assert request.target.symbol is not None
    name = request.target.symbol.name
    root, _ = module_of(request.snapshot.path, request.project)
    done = await restructured(request, (Move(name, goal.path, root),))
    if isinstance(done, Rejection):
        return done
    files = len(done.texts)
    summary = f"Moved {request.name} to {goal.name}" + (f" ({files} files)." if files > 2 else ".")
    result = await proposed(request, done, summary, CHECKS, verifier, GONE, tool="move")
    is_handed_on = request.snapshot.path in done.imports
    if isinstance(result, Rejection) or name.startswith("_") or is_handed_on:
        return result
    warning = f"{result.summary} Importers outside this project find it at the old place no more."
    return replace(result, summary=warning)


def chosen(text: str, modules: tuple[Module, ...]) -> Module | None:
    """Return the module that an answer names by number or by its path; None: it names none."""
    for number in NUMBER.findall(text):
        if 1 <= int(number) <= len(modules):
            return modules[int(number) - 1]
    return next((m for m in modules if m.name in text), None)


def _applies(place: Place) -> bool:
    symbol = place.target.symbol if place.target else None
    is_top = symbol is not None and "." not in symbol.qualified_name
    return place.snapshot.language == "python" and is_top


MOVE = Action(
    name="moveSymbol",
    task="refactor",
    kinds=("refactor.move.gearshift.moveSymbol",),
    description=(
        "Moves a function or class to the module that it belongs to, which the model chooses "
        "(Python); every import of it follows."
    ),
    title=lambda place: f"Move {label(place)} to another module",
    applies=_applies,
    prompt=_prompt,
    judge=_judge,
    needs="modules",
)
