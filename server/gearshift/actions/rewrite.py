"""The mechanism of all actions that rewrite a piece of code: ask, read, mend by rule, check."""

from __future__ import annotations

import ast
import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.actions.action import Prompt, Rejection
from gearshift.actions.answer import Answer, Unreadable, read_rewrite
from gearshift.actions.behaviour import Kept, compared
from gearshift.actions.docstring import with_docstring
from gearshift.actions.edits import minimal_edits
from gearshift.actions.imports import add_imports
from gearshift.actions.prompts import (
    BLOCKS,
    CODE_ONLY,
    LARGE,
    SYSTEM,
    WIDE,
    fenced,
    rewrite_text,
    target_code,
)
from gearshift.core.document import Snapshot
from gearshift.core.results import FileEdit, Proposal
from gearshift.verify.change import Change
from gearshift.verify.comments import lost_docstrings
from gearshift.verify.imports import newly_unused, without_unused
from gearshift.verify.names import new_undefined_names
from gearshift.verify.raised import function_of

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
        if room >= WIDE and len(code) > LARGE:
            text = rewrite_text(request, f"{order(request)} {BLOCKS}", room)
            return Prompt(SYSTEM, text, expected=len(code) // 3, shape=BLOCKS)
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
    summary: str, checks: tuple[CheckName, ...], *, keeps: Kept = "nothing"
) -> Callable[[ActionRequest, Answer, Verifier], Awaitable[Proposal | Rejection]]:
    """Return a judge that puts the answer in place of the target and applies `checks`.

    `summary` says what was done, with `{name}` for what it was done to. `keeps`: how far the code
    must do the same as before; it is run before and after, where that is permitted.
    """

    async def judge(
        request: ActionRequest, answer: Answer, verifier: Verifier
    ) -> Proposal | Rejection:
        draft = read_rewrite(answer, request.snapshot, request.target)
        if isinstance(draft, Unreadable):
            return Rejection("answer", draft.reason)
        result = await checked(request, draft.after, summary, checks, verifier)
        if isinstance(result, Rejection):
            return result
        return await compared(request, result, verifier, keeps)

    return judge


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
    change = await asyncio.to_thread(mended, change)
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
    """Return the change with what drafts forget put right by rule (Python).

    Imports that are plainly missing are added, those left without use go, and a docstring that is
    gone comes back.
    """
    if change.trees is None:
        return change
    statements = [s for name in new_undefined_names(change) if (s := known_import(name))]
    if statements:
        change = replace(change, after=add_imports(change.after, statements))
    if newly_unused(change):
        change = replace(change, after=without_unused(change))
    lost = lost_docstrings(change)
    if change.symbol is not None and f"`{change.symbol}`" in lost:
        change = _with_old_docstring(change)
    return change


def _with_old_docstring(change: Change) -> Change:
    from gearshift.languages.syntax import find_symbol

    assert change.trees is not None
    assert change.symbol is not None
    old = function_of(change.trees[0], change.symbol)
    text = ast.get_docstring(old) if old is not None else None
    after = Snapshot.from_text(change.after, language=change.language)
    symbol = find_symbol(after, change.symbol)
    restored = with_docstring(after, symbol, text) if symbol and text else None
    return replace(change, after=restored) if restored else change


def known_import(name: str) -> str | None:
    """Return the import statement that binds `name`, where there is only one that is meant."""
    if name in TYPING_NAMES:
        return f"from {TYPING_NAMES[name]} import {name}"
    if name in sys.stdlib_module_names and not name.startswith("_"):
        return f"import {name}"
    return None
