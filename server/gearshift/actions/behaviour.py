"""Running what was rewritten, as it was and as it would be: evidence, or the difference found."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from gearshift.actions.action import Rejection
from gearshift.actions.context import module_of
from gearshift.actions.edits import minimal_edits
from gearshift.core.text import apply_edits
from gearshift.languages import language_of
from gearshift.verify.change import Change
from gearshift.verify.comparison import Comparison
from gearshift.verify.linters import LINTERS
from gearshift.verify.project_copy import MOST_FILES, project_files

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import FileEdit, Proposal
    from gearshift.core.verification import Verdict
    from gearshift.verify.verifier import Verifier

Kept = Literal["everything", "results", "tests", "nothing"]
"""How far code does as before. `results`: what was returned, while other errors may be raised;
`tests`: what existing tests say, for edits that are meant to change something."""
RUN = frozenset(f"recheck:{row.name}" for row in LINTERS)
"""Evidence of a tool that was run again on what it had reported."""
MOST_TESTS = 5
"""Test files that are run twice for one draft."""
LONGEST_TESTS = 400_000
"""Characters of a test file that is looked through."""


async def compared(
    request: ActionRequest,
    proposal: Proposal,
    verifier: Verifier,
    keeps: Kept = "everything",
    symbol_after: str | None = None,
) -> Proposal | Rejection:
    """Return the proposal with the evidence of having been run, or the difference found.

    `symbol_after` is the qualified name that the target has afterwards; None: the same.
    """
    snapshot, project = request.snapshot, request.project
    if keeps == "nothing" or snapshot.path is None:
        return proposal
    is_inside = project is not None and snapshot.path.is_relative_to(project)
    if project is None or not is_inside or snapshot.language != "python":
        return await _without_running(request, proposal, verifier)
    proposal = await _laid_out(request, proposal, verifier)
    comparison = await _comparison(request, proposal, keeps, symbol_after)
    # Parsed once, in a thread: everything below only looks at the trees.
    await asyncio.to_thread(getattr, comparison.change, "trees")
    looked = await verifier.rechecked(comparison.change, snapshot.path, request.diagnostics)
    if not looked.passed:
        return Rejection(looked.check, looked.detail)
    verdict = await verifier.same_behaviour(comparison, _documents(request))
    if not verdict.passed:
        return Rejection(verdict.check, verdict.detail)
    return _with_evidence(proposal, looked, verdict)


async def _comparison(
    request: ActionRequest, proposal: Proposal, keeps: Kept, symbol_after: str | None
) -> Comparison:
    snapshot, project = request.snapshot, request.project
    assert snapshot.path is not None
    assert project is not None
    root, module = module_of(snapshot.path, project)
    symbol = request.target.symbol.qualified_name if request.target.symbol else None
    changes = {e.path: _change(e, request, symbol) for e in proposal.edits}
    own = Change(snapshot.language, snapshot.text, snapshot.text, symbol)
    change = changes.pop(snapshot.path, own)
    return Comparison(
        *(change, snapshot.path, root, module),
        tests=await asyncio.to_thread(covering_files, request, project),
        others=changes,
        errors_may_differ=keeps == "results",
        is_meant_to_differ=keeps == "tests",
        symbol_after=symbol_after,
    )


def _documents(request: ActionRequest) -> dict[Path, str]:
    """Return the texts of the project's other open documents."""
    project, own = request.project, request.snapshot.path
    assert project is not None
    known = {each.path: each.text for each in request.opened if each.path}
    return {p: text for p, text in known.items() if p != own and p.is_relative_to(project)}


def _with_evidence(proposal: Proposal, looked: Verdict, verdict: Verdict) -> Proposal:
    evidence = (*proposal.evidence, *looked.evidence, *verdict.evidence)
    is_run = bool(verdict.evidence) or any(e in RUN for e in looked.evidence)
    if not is_run:
        return replace(proposal, evidence=evidence, reason=verdict.detail or None)
    words = " ".join(w for w in (proposal.summary, looked.detail, verdict.detail) if w)
    return replace(proposal, label="verified", evidence=evidence, summary=words)


async def _without_running(
    request: ActionRequest, proposal: Proposal, verifier: Verifier
) -> Proposal | Rejection:
    """Look for reported problems in a language that is not run here."""
    [edit, *_] = proposal.edits
    verdict = await verifier.rechecked(_change(edit, request, None), edit.path, request.diagnostics)
    if not verdict.passed:
        return Rejection(verdict.check, verdict.detail)
    return replace(proposal, evidence=(*proposal.evidence, *verdict.evidence))


async def _laid_out(request: ActionRequest, proposal: Proposal, verifier: Verifier) -> Proposal:
    """Return the proposal with its new code as the project's formatter leaves it."""
    edits: list[FileEdit] = []
    for edit in proposal.edits:
        before = request.snapshot.text if edit.path == request.snapshot.path else edit.base or ""
        after = apply_edits(before, edit.edits)
        styled = await verifier.laid_out(edit.path, before, after)
        changed = replace(edit, edits=minimal_edits(before, styled)) if styled != after else edit
        edits.append(changed)
    return replace(proposal, edits=tuple(edits))


def _change(edit: FileEdit, request: ActionRequest, symbol: str | None) -> Change:
    snapshot = request.snapshot
    if edit.path == snapshot.path:
        after = apply_edits(snapshot.text, edit.edits)
        return Change(snapshot.language, snapshot.text, after, symbol)
    before = edit.base or ""
    return Change("python", before, apply_edits(before, edit.edits))


def covering_files(request: ActionRequest, project: Path) -> tuple[Path, ...]:
    """Return the test files that may reach the target: the module's own, then those naming it."""
    source = request.snapshot.path
    assert source is not None
    own = request.tests.path if request.tests and request.tests.exists else None
    name = request.target.symbol.name if request.target.symbol else source.stem
    wanted = re.compile(rf"\b{re.escape(name)}\b")
    module = re.compile(
        rf"\b{re.escape(source.parent.name if _is_package(source) else source.stem)}\b"
    )
    facts = language_of(request.snapshot.language)
    found: list[Path] = [own] if own is not None else []
    for file in islice(project_files(project), MOST_FILES):
        if len(found) >= MOST_TESTS:
            break
        if file in (own, source) or not facts.is_test_file(file):
            continue
        text = _read(file)
        if wanted.search(text) and module.search(text):
            found.append(file)
    return tuple(found)


def _is_package(source: Path) -> bool:
    return source.stem == "__init__"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")[:LONGEST_TESTS]
    except OSError:
        return ""
