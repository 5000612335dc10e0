"""Inline: the model says which names say nothing; what they stand for comes in their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.actions.action import Action, Place, Prompt, Rejection
from gearshift.actions.offering import label
from gearshift.actions.prompts import SYSTEM, fenced, target_code
from gearshift.actions.restructured import proposed, restructured
from gearshift.core.errors import UserError
from gearshift.restructure.inlining import inlinable_functions, inlinable_variables
from gearshift.restructure.steps import InlineFunction, InlineVariable
from gearshift.verify.comparison import GONE

if TYPE_CHECKING:
    from gearshift.actions.answer import Answer
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import Proposal
    from gearshift.restructure.steps import Step
    from gearshift.verify.checks import CheckName
    from gearshift.verify.verifier import Verifier

MOST = 3
"""Names that go at once."""
LONGEST = 70
"""Characters of what a name stands for that a prompt shows."""
VARIABLE: tuple[CheckName, ...] = (
    *("parse", "symbol", "names", "imports", "interface", "errors", "comments"),
)
FUNCTION: tuple[CheckName, ...] = ("parse", "names", "imports")
SHAPE = "Answer only with the numbers of these names, no code."


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that can go."""

    name: str
    value: str
    is_function: bool

    @property
    def words(self) -> str:
        """What a prompt says of it."""
        value = " ".join(self.value.split())
        value = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
        if self.is_function:
            return f"the function `{self.name}`, which returns `{value}`"
        return f"the variable `{self.name}`, which is `{value}`"


def candidates(request: ActionRequest) -> list[Candidate]:
    """Return the names that can go from the target; raises UserError where there are none.

    A public function goes only where the user's own words name it: others may call it.
    """
    symbol = request.target.symbol
    text = request.snapshot.text
    found: list[Candidate] = []
    if symbol is not None:
        variables = inlinable_variables(text, symbol.qualified_name)
        found += [Candidate(name, value, False) for name, value in variables.items()]
        functions = inlinable_functions(text, symbol.qualified_name)
        found += [
            Candidate(name, value, True)
            for name, value in functions.items()
            if name.startswith("_") or _is_named(name, request.instruction)
        ]
    if not found:
        raise UserError(
            f"There is no name in {request.name} that could go: a variable that is set once and "
            "used once, or a private function of one `return` that it calls or is."
        )
    return found


def _is_named(name: str, wish: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", wish) is not None


def _prompt(request: ActionRequest, room: int) -> Prompt:
    del room  # one symbol and a few lines
    listed = "\n".join(f"{n}: {c.words}" for n, c in enumerate(candidates(request), 1))
    wish = request.instruction.strip().rstrip(".")
    order = (
        f"Do this: {wish}."
        if wish
        else "Which of these names say no more than what they stand for, so that the code is "
        "easier to read with that in their places?"
    )
    text = (
        f"The Python code of {request.name}:\n{fenced(target_code(request), 'python')}\n\n"
        f"These names can go:\n{listed}\n\n{order} Choose at most {MOST}. {SHAPE}"
    )
    return Prompt(SYSTEM, text, expected=12, shape=SHAPE)


async def _judge(
    request: ActionRequest, answer: Answer, verifier: Verifier
) -> Proposal | Rejection:
    known = candidates(request)
    chosen = chosen_of(answer.text, known)
    if not chosen:
        return Rejection("answer", "There was no number of a name in the answer.")
    symbol = request.target.symbol
    assert symbol is not None
    is_gone = any(c.is_function and c.name == symbol.qualified_name for c in chosen)
    steps: list[Step] = [
        InlineVariable(symbol.qualified_name, c.name) for c in chosen if not c.is_function
    ]
    steps += [InlineFunction(c.name) for c in chosen if c.is_function]
    done = await restructured(request, tuple(steps))
    if isinstance(done, Rejection):
        return done
    names = ", ".join(f"`{c.name}`" for c in chosen)
    summary = f"Put what {names} {'stands' if len(chosen) == 1 else 'stand'} for in place."
    checks = FUNCTION if any(c.is_function for c in chosen) else VARIABLE
    after = GONE if is_gone else None
    return await proposed(request, done, summary, checks, verifier, after, tool="inline")


def chosen_of(text: str, known: list[Candidate]) -> list[Candidate]:
    """Return the candidates that an answer names by number or by name, each once."""
    numbers = [int(n) for n in re.findall(r"\b\d+\b", text)]
    found = [known[n - 1] for n in dict.fromkeys(numbers) if 1 <= n <= len(known)]
    found = found or [c for c in known if _is_named(c.name, text)]
    return found[:MOST]


def _applies(place: Place) -> bool:
    target = place.target
    if place.snapshot.language != "python" or target is None or target.symbol is None:
        return False
    # Whether there is something that can go is known only from the whole file's tree.
    may_have = "=" in target.text or target.symbol.name.startswith("_")
    return target.symbol.kind in {"function", "method"} and may_have


INLINE_SYMBOL = Action(
    name="inlineSymbol",
    task="refactor",
    kinds=("refactor.inline.gearshift.inlineSymbol",),
    description=(
        "Puts variables and small functions in the places of their names (Python); the model "
        "chooses which, and only what is surely the same is put in."
    ),
    title=lambda place: f"Inline names in {label(place)}",
    applies=_applies,
    prompt=_prompt,
    judge=_judge,
)
