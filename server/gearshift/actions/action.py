"""What an action is: a row of the table, and the two outcomes of judging a draft."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from gearshift.actions.answer import Answer
from gearshift.actions.request import ActionRequest
from gearshift.actions.target import Target
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.document import Snapshot
from gearshift.core.results import Finding, Proposal
from gearshift.core.tasks import Task
from gearshift.verify.verifier import Verifier

Need = Literal["nothing", "tests", "modules", "package"]
"""What `context.prepare` looks for in the project: what new tests can lean on, other modules, what
the package around the file says of itself."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A draft is not good enough."""

    check: str
    """The check that failed, for the list of attempts."""
    reason: str
    """What is wrong, in sentences for the user and for the model alike."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to ask a model."""

    system: str
    text: str
    expected: int
    """Characters of a likely answer: for the progress and for the limit on tokens."""
    shape: str = "Answer with one fenced code block and nothing else."
    """Said again when a draft is to be repaired."""
    prediction: str | None = None
    """What the answer is likely to repeat for the most part."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a menu is opened."""

    snapshot: Snapshot
    target: Target | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the table of actions."""

    name: str
    """The value of `refactoring` and the last part of the kind."""
    task: Task
    kinds: tuple[str, ...]
    """Code-action kinds; one that begins with `source.` is for the whole file."""
    description: str
    """One sentence for the documentation."""
    title: Callable[[Place], str]
    applies: Callable[[Place], bool]
    """Whether to offer it; asks no model and reads no files."""
    prompt: Callable[[ActionRequest, int], Prompt]
    """Builds the prompt from what fits into so many characters; raises UserError."""
    judge: Callable[[ActionRequest, Answer, Verifier], Awaitable[Proposal | Rejection]]
    """Reads an answer, has it checked, and makes a proposal of it."""
    needs: Need = "nothing"
