"""Rename well: the model says which names are unclear and what they should be; rope renames."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Prompt, Rejection
from gearshift.actions.naming import NewName, arrows_in, problem_with
from gearshift.actions.offering import label
from gearshift.actions.prompts import SYSTEM, rewrite_text, target_code
from gearshift.actions.restructured import is_taken, proposed, restructured
from gearshift.restructure.places import bindings, definition
from gearshift.restructure.steps import Rename
from gearshift.verify.change import parse

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.verify.checks import CheckName
    from gearshift.verify.verifier import Verifier

MOST = 4
"""Names that are changed at once: more and nobody reads the edit."""
CHECKS: tuple[CheckName, ...] = ("parse", "names", "imports", "errors", "comments")
ORDER = (
    "Which of these names say badly what they stand for: {names}? Choose clear names in the style "
    "of the code for at most {most} of them, the worst ones."
)
WISH = "Rename as follows: {wish}. The names to choose from are {names}."
SHAPE = "Answer only with lines of the form `old -> new`, no code."


def _prompt(request: ActionRequest, room: int) -> Prompt:
    names = ", ".join(f"`{name}`" for name in names_of(request))
    wish = request.instruction.strip().rstrip(".")
    order = WISH.format(wish=wish, names=names) if wish else ORDER.format(names=names, most=MOST)
    text = rewrite_text(request, f"{order} {SHAPE}", room).replace("code to change", "code")
    return Prompt(SYSTEM, text, expected=120, shape=SHAPE)


def names_of(request: ActionRequest) -> list[str]:
    """Return the names that can be changed: the symbol's own and what it binds itself."""
    symbol = request.target.symbol
    tree = parse(target_code(request))
    node = definition(tree, symbol.name) if tree and symbol else None
    if node is None or symbol is None:
        return []
    own = [] if symbol.name.startswith(("__", "test_")) else [symbol.name]
    bound = [] if symbol.kind == "class" else [name for name, _, _ in bindings(node)]
    return list(dict.fromkeys([*own, *(n for n in bound if n not in {"self", "cls", "_"})]))


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    wanted = wanted_names(request, answer)
    if isinstance(wanted, Rejection):
        return wanted
    symbol = request.target.symbol
    assert symbol is not None
    own = next((name for name in wanted if name.old == symbol.name), None)
    # The symbol's own name comes last: until then the others are found under it.
    inner = [name for name in wanted if name is not own]
    ordered = [*inner, *([own] if own else [])]
    done = await restructured(
        request, tuple(Rename(symbol.qualified_name, n.old, n.new) for n in ordered)
    )
    if isinstance(done, Rejection):
        return done
    if done.notes:
        return Rejection("rope", f"{done.notes[0]} So `{symbol.name}` itself keeps its name.")
    owner = symbol.qualified_name.rpartition(".")[0]
    after = f"{owner}.{own.new}".lstrip(".") if own else None
    words = ", ".join(f"`{n.old}` to `{n.new}`" for n in ordered)
    files = len(done.texts)
    summary = f"Renamed {words}" + (f" in {files} files." if files > 1 else ".")
    result = await proposed(request, done, summary, CHECKS, verifier, after)
    if isinstance(result, Rejection) or symbol.name.startswith("_"):
        return result
    public = [own.old] if own else []
    public += [name.old for name in inner if name.old in parameters_of(request)]
    if not public:
        return result
    known = " and ".join(f"`{name}`" for name in public)
    warning = f"{result.summary} Callers outside this project know only {known}."
    return replace(result, summary=warning)


def parameters_of(request: ActionRequest) -> set[str]:
    """Return the parameters of the function that callers may pass by name."""
    symbol = request.target.symbol
    tree = parse(target_code(request))
    node = definition(tree, symbol.name) if tree and symbol else None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return set()
    return {a.arg for a in (*node.args.args, *node.args.kwonlyargs)} - {"self", "cls"}


def wanted_names(request: ActionRequest, answer: Answer) -> list[NewName] | Rejection:
    """Return the renames of an answer that can be made, or why there are none."""
    known = names_of(request)
    arrows = [a for a in arrows_in(answer.text) if a.old in known]
    if not arrows:
        return Rejection("answer", "There was no line `old -> new` with one of the names.")
    found: list[NewName] = []
    reason = ""
    for arrow in arrows:
        problem = problem_with(arrow.new)
        if problem is None and is_taken(request.snapshot.text, arrow.new):
            problem = f"`{arrow.new}` is taken in this file; choose another name."
        if problem is not None:
            reason = reason or problem
        elif arrow.old not in {n.old for n in found} and arrow.new not in {n.new for n in found}:
            found.append(arrow)
    return found[:MOST] if found else Rejection("answer", reason)


def _applies(place: Place) -> bool:
    target = place.target
    return place.snapshot.language == "python" and bool(target and target.symbol)


RENAME = Action(
    name="rename",
    task="refactor",
    kinds=("refactor.rewrite.gearshift.rename",),
    description="Finds better names in the code (Python); rope renames them in the whole project.",
    title=lambda place: f"Rename well in {label(place)}",
    applies=_applies,
    prompt=_prompt,
    judge=_judge,
)
