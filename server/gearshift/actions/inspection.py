"""The last look at a proposal: what its new code brings in lowers the label, or refuses it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.actions.action import Rejection
from gearshift.core.errors import UserError
from gearshift.core.text import apply_edits
from gearshift.languages import language_of
from gearshift.verify.change import Change

if TYPE_CHECKING:
    from gearshift.actions.request import ActionRequest
    from gearshift.core.results import FileEdit, Finding, Label, Proposal
    from gearshift.verify.verifier import Verifier

LOWER: dict[Label, Label] = {"verified": "checked", "checked": "none", "none": "none"}


async def inspected(
    proposal: Proposal, request: ActionRequest, verifier: Verifier
) -> Proposal | Rejection:
    """Return the proposal with what was found in its new code; a severe finding refuses it."""
    found: list[Finding] = []
    for edit in proposal.edits:
        before = await asyncio.to_thread(_before, edit, request)
        language = language_of(edit.path).ids[0]
        if edit.path == request.snapshot.path:
            language = request.snapshot.language
        change = Change(language, before, apply_edits(before, edit.edits))
        found += await verifier.findings(change, edit.path)
    if not found:
        return proposal
    severe = next((f for f in found if f.severity == "high"), None)
    if severe is not None:
        words = f"{severe.message.rstrip('.')} ({severe.rule})."
        return Rejection("security", words, (*proposal.findings, *found))
    words = "; ".join(f"{f.message.rstrip('.')} ({f.rule})" for f in found)
    return replace(
        proposal,
        label=LOWER[proposal.label],
        findings=(*proposal.findings, *found),
        summary=f"{proposal.summary} Look at this first: {words}.",
    )


def _before(edit: FileEdit, request: ActionRequest) -> str:
    """Return the text that the edits were made for."""
    if edit.base is not None:
        return edit.base
    if edit.is_new:
        return ""
    known = {s.path: s.text for s in (*request.opened, request.snapshot)}
    if request.tests is not None and request.tests.exists and request.tests.problem is None:
        known.setdefault(request.tests.path, request.tests.text)
    if edit.path in known:
        return known[edit.path]
    try:
        return edit.path.read_text(encoding="utf-8") if edit.path.exists() else ""
    except UnicodeDecodeError as error:
        raise UserError(f"{edit.path.name} is not UTF-8 text; save it as UTF-8 first.") from error
    except OSError as error:
        raise UserError(f"{edit.path.name} can't be read: {error.strerror}.") from error
