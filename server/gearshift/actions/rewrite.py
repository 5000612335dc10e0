"""The mechanism of all actions that rewrite a piece of code: ask, read, mend by rule, check."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.actions.action import Prompt, Rejection
from gearshift.actions.answer import Answer, Unreadable, read_rewrite
from gearshift.actions.context import module_of
from gearshift.actions.edits import minimal_edits
from gearshift.actions.imports import add_imports
from gearshift.actions.prompts import CODE_ONLY, SYSTEM, fenced, rewrite_text, target_code
from gearshift.core.results import FileEdit, Proposal
from gearshift.core.text import apply_edits
from gearshift.verify.behaviour import Comparison
from gearshift.verify.change import Change
from gearshift.verify.names import new_undefined_names

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gearshift.actions.request import ActionRequest
    from gearshift.verify.checks import CheckName
    from gearshift.verify.verifier import Verifier

TYPING_NAMES = {
    **dict.fromkeys(
        ("Any", "Optional", "Union", "List", "Dict", "Tuple", "Set", "Type", "TypeVar", "Generic"),
        "typing",
    ),
    **dict.fromkeys(("cast", "overload", "Protocol", "Literal", "NamedTuple"), "typing"),
    **dict.fromkeys(
        ("Callable", "Iterable", "Iterator", "Generator", "Sequence", "Mapping", "Awaitable"),
        "collections.abc",
    ),
    "dataclass": "dataclasses",
    "Path": "pathlib",
    "Decimal": "decimal",
    "Counter": "collections",
    "defaultdict": "collections",
    "datetime": "datetime",
    "timedelta": "datetime",
}
"""Names that models use and forget to import, with the module that everyone means."""

NO_GRAMMAR = "Nothing here can parse {language}, so this is unchecked."


def rewriting(order: Callable[[ActionRequest], str]) -> Callable[[ActionRequest, int], Prompt]:
    """Return a prompt builder that shows the target and gives `order`."""

    def prompt(request: ActionRequest, room: int) -> Prompt:
        code = target_code(request)
        text = rewrite_text(
            request, f"{order(request)} {CODE_ONLY}{_beginning(request, code)}", room
        )
        return Prompt(
            SYSTEM,
            text,
            expected=len(code) * 5 // 4 + 80,
            prediction=fenced(code, request.language.fence),
        )

    return prompt


def _beginning(request: ActionRequest, code: str) -> str:
    """Return where a rewritten symbol begins: small models else begin with made-up imports."""
    if request.target.symbol is None:
        return ""
    first = code.split("\n", 1)[0].strip()
    head = first.partition("(")[0] + "(" if "(" in first else first
    return f" Its first line begins with `{head}`." if head and "`" not in head else ""


def judging(
    summary: str, checks: tuple[CheckName, ...], *, keeps_behaviour: bool = False
) -> Callable[[ActionRequest, Answer, Verifier], Awaitable[Proposal | Rejection]]:
    """Return a judge that puts the answer in place of the target and applies `checks`.

    `summary` says what was done, with `{name}` for what it was done to. `keeps_behaviour`: the
    code is run before and after, where that is permitted, and must do the same.
    """

    async def judge(
        request: ActionRequest, answer: Answer, verifier: Verifier
    ) -> Proposal | Rejection:
        draft = read_rewrite(answer, request.snapshot, request.target)
        if isinstance(draft, Unreadable):
            return Rejection("answer", draft.reason)
        result = await checked(request, draft.after, summary, checks, verifier)
        if not keeps_behaviour or isinstance(result, Rejection):
            return result
        return await compared(request, result, verifier)

    return judge


async def compared(
    request: ActionRequest, proposal: Proposal, verifier: Verifier
) -> Proposal | Rejection:
    """Return the proposal with the evidence of having been run, or the difference found."""
    snapshot, project = request.snapshot, request.project
    assert snapshot.path is not None
    if project is None or not snapshot.path.is_relative_to(project):
        return proposal
    symbol = request.target.symbol.qualified_name if request.target.symbol else None
    after = apply_edits(snapshot.text, proposal.edits[0].edits)
    change = Change(snapshot.language, snapshot.text, after, symbol)
    root, module = module_of(snapshot.path, project)
    tests = request.tests.path if request.tests and request.tests.exists else None
    verdict = await verifier.same_behaviour(Comparison(change, snapshot.path, root, module, tests))
    if not verdict.passed:
        return Rejection(verdict.check, verdict.detail)
    if not verdict.evidence:
        return replace(proposal, reason=verdict.detail or None)
    return replace(
        proposal,
        label="verified",
        evidence=(*proposal.evidence, *verdict.evidence),
        summary=f"{proposal.summary} {verdict.detail}",
    )


async def checked(
    request: ActionRequest,
    after: str,
    summary: str,
    checks: tuple[CheckName, ...],
    verifier: Verifier,
) -> Proposal | Rejection:
    """Return the proposal that makes `after` of the document, or the check that forbids it."""
    snapshot = request.snapshot
    symbol = request.target.symbol.qualified_name if request.target.symbol else None
    change = Change(snapshot.language, snapshot.text, after, symbol)
    change = mended(change)
    if change.after == change.before:
        return Rejection("unchanged", "The code came back unchanged.")
    verdict = await verifier.compare(change, checks)
    if not verdict.passed:
        return Rejection(verdict.check, verdict.detail)
    assert snapshot.path is not None, "the loop refuses documents without a file"
    edits = minimal_edits(change.before, change.after)
    edit = FileEdit(snapshot.path, edits, version=snapshot.version)
    done = summary.format(name=request.name)
    if request.language.grammar is None:
        reason = NO_GRAMMAR.format(language=request.language.name)
        return Proposal((edit,), summary=done, reason=reason)
    return Proposal((edit,), label="checked", evidence=verdict.evidence, summary=done)


def mended(change: Change) -> Change:
    """Return the change with imports added that it plainly forgot (Python)."""
    missing = new_undefined_names(change)
    statements = [s for name in missing if (s := known_import(name))]
    if not statements:
        return change
    after = add_imports(change.after, statements)
    return Change(change.language, change.before, after, change.symbol)


def known_import(name: str) -> str | None:
    """Return the import statement that binds `name`, where there is only one that is meant."""
    if name in TYPING_NAMES:
        return f"from {TYPING_NAMES[name]} import {name}"
    if name in sys.stdlib_module_names and not name.startswith("_"):
        return f"import {name}"
    return None
