"""Extract a function: the model says what and how to call it; rope moves it (Python)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Prompt, Rejection
from gearshift.actions.naming import choices_in, name_in, problem_with
from gearshift.actions.offering import is_code, label
from gearshift.actions.pieces import SHORTEST, Piece, piece_at, pieces_of
from gearshift.actions.prompts import SYSTEM, fenced, target_code
from gearshift.actions.restructured import MOVED, is_taken, proposed, restructured
from gearshift.actions.rewrite import judging, rewriting
from gearshift.core.errors import UserError
from gearshift.restructure.steps import Extract
from gearshift.verify.checks import KEPT

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.verify.verifier import Verifier

ORDER = (
    "Move the part of this code that does one thing of its own into a new function beside it, and "
    "call that. It must behave exactly the same. Keep the names, the parameters and the comments."
)
NAME_ONLY = "Answer only with the name, no code."
EXAMPLE = "do_something"
LINES = (
    "Answer only with one line for each: the number of the piece, a colon and the name, such as "
    f"`1: {EXAMPLE}`. No code."
)
NO_LINE = f"There was no line such as `1: {EXAMPLE}` with the number of a piece and a name."
rewritten = judging("Moved a part of {name} into a function.", KEPT, keeps="everything")
ask_rewrite = rewriting(lambda _: ORDER)


def _prompt(request: ActionRequest, room: int) -> Prompt:
    if request.snapshot.language != "python":
        return ask_rewrite(request, room)
    piece = _selected(request) or _only(request)
    return name_prompt(request, piece) if piece else choice_prompt(request, most=1)


def _only(request: ActionRequest) -> Piece | None:
    """Return the one piece that there is; None: there are several to choose from, or none."""
    pieces = pieces_of(request.snapshot, request.target)
    return pieces[0] if len(pieces) == 1 else None


def _selected(request: ActionRequest) -> Piece | None:
    """Return the selected statements; None: only a cursor, or all of it."""
    if request.span.is_empty or request.target.symbol is None:
        return None
    piece = piece_at(request.snapshot, request.target, request.span)
    lines = request.target.range.end.line - request.target.range.start.line
    return piece if piece is not None and piece.length < lines else None


def name_prompt(request: ActionRequest, piece: Piece) -> Prompt:
    """Return the question what to call a piece."""
    text = (
        f"The Python code of {request.name}:\n{fenced(target_code(request), 'python')}\n\n"
        f"This part of it becomes a function of its own:\n{fenced(piece.text, 'python')}\n\n"
        "What is a good name for that function? It says what the part does, begins with a verb and "
        f"is written in snake_case. {NAME_ONLY}"
    )
    return Prompt(SYSTEM, text, expected=40, shape=NAME_ONLY)


def choice_prompt(request: ActionRequest, most: int) -> Prompt:
    """Return the question which pieces should be functions of their own, and their names."""
    pieces = pieces_of(request.snapshot, request.target)
    if not pieces:
        raise UserError(
            f"There is no piece in {request.name} that could be a function of its own; "
            "select the lines that should be one."
        )
    parts = [f"The Python code of {request.name}:\n{fenced(target_code(request), 'python')}"]
    parts += [f"Piece {n}:\n{fenced(p.text, 'python')}" for n, p in enumerate(pieces, 1)]
    which = "Which piece" if most == 1 else f"Which pieces (at most {most})"
    parts.append(
        f"{which} would make {request.name} easier to read as a function of its own? Give it a "
        f"name that begins with a verb, in snake_case. {LINES}"
    )
    return Prompt(SYSTEM, "\n\n".join(parts), expected=40 * most, shape=LINES)


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    if request.snapshot.language != "python":
        return await rewritten(request, answer, verifier)
    piece = _selected(request) or _only(request)
    if piece is None:
        return await extracted(request, answer, verifier, most=1)
    name = name_in(answer.text)
    if name is None:
        return Rejection("answer", "There was no name in the answer.")
    if problem := free_name_problem(request, name):
        return Rejection("answer", problem)
    return await moved(request, [(piece, name)], verifier)


async def extracted(
    request: ActionRequest, answer: Answer, verifier: Verifier, most: int
) -> Proposal | Rejection:
    """Return the proposal that extracts the pieces that the answer chose."""
    pieces = pieces_of(request.snapshot, request.target)
    chosen: list[tuple[Piece, str]] = []
    reason = NO_LINE
    for number, name in choices_in(answer.text):
        if not 1 <= number <= len(pieces) or name == EXAMPLE:
            continue
        if problem := free_name_problem(request, name):
            reason = problem
        elif name in {n for _, n in chosen}:
            reason = f"`{name}` was given twice."
        elif not any(_overlap(pieces[number - 1], other) for other, _ in chosen):
            chosen.append((pieces[number - 1], name))
    if not chosen:
        return Rejection("answer", reason)
    return await moved(request, chosen[:most], verifier)


def _overlap(piece: Piece, other: Piece) -> bool:
    return piece.first <= other.last and other.first <= piece.last


def free_name_problem(request: ActionRequest, name: str) -> str | None:
    """Return why a new function can't have that name; None: it can."""
    if problem := problem_with(name):
        return problem
    if name.endswith("_"):
        return f"`{name}` does not say what the part does; begin with a verb."
    if is_taken(request.snapshot.text, name):
        return f"`{name}` is taken in this file; choose another name."
    return None


async def moved(
    request: ActionRequest, chosen: list[tuple[Piece, str]], verifier: Verifier
) -> Proposal | Rejection:
    """Return the proposal that makes functions of the chosen pieces."""
    # From below: what lies above keeps its lines.
    ordered = sorted(chosen, key=lambda each: each[0].first, reverse=True)
    steps = tuple(Extract(piece.first, piece.last, name) for piece, name in ordered)
    done = await restructured(request, steps)
    if isinstance(done, Rejection):
        return done
    names = ", ".join(f"`{name}`" for _, name in reversed(ordered))
    summary = f"Moved a part of {request.name} into {names}."
    if len(ordered) > 1:
        summary = f"Moved parts of {request.name} into {names}."
    return await proposed(request, done, summary, MOVED, verifier)


def _applies(place: Place) -> bool:
    target = place.target
    if not is_code(place) or target is None or target.symbol is None:
        return False
    lines = target.range.end.line - target.range.start.line
    return lines > SHORTEST and target.symbol.kind in {"function", "method"}


EXTRACT = Action(
    name="function",
    task="refactor",
    kinds=("refactor.extract.gearshift.function",),
    description=(
        "Moves the selected lines, or a piece that the model chooses, into a function of its own; "
        "in Python rope moves them and the model only names them."
    ),
    title=lambda place: f"Extract a function from {label(place)}",
    applies=_applies,
    prompt=_prompt,
    judge=_judge,
)
