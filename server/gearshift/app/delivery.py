"""What becomes of a proposal: placed into the texts as they are now, shown first, made."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.app.anchor import anchored
from gearshift.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.actions.request import ActionRequest
    from gearshift.app import App
    from gearshift.core.results import FileEdit, Proposal

APPLY, DISCARD = "Apply", "Discard"
DISCARDED = "You discarded the edit."


class Moved(UserError):
    """What an edit was made for has changed meanwhile; the edit is kept for `gearshift.why`."""


async def placed(app: App, edits: Sequence[FileEdit], prepared: ActionRequest) -> list[FileEdit]:
    """Return the edits for the texts as they are now; raises Moved where that can't be."""
    return [await _placed(app, edit, prepared) for edit in edits]


async def _placed(app: App, edit: FileEdit, prepared: ActionRequest) -> FileEdit:
    uri = app.documents.uri_of(edit.path)
    if uri is None or edit.path != prepared.snapshot.path:
        return await _unmoved(app, edit)
    now = app.documents.snapshot(uri)
    moved = anchored(edit.edits, prepared.target, prepared.snapshot, now)
    if moved is None:
        raise _moved(prepared.target.label)
    return replace(edit, edits=moved, version=now.version)


async def _unmoved(app: App, edit: FileEdit) -> FileEdit:
    """Return the edit of a file that still reads as its `base`, for the version it has now."""
    if edit.base is None:
        return edit
    uri = app.documents.uri_of(edit.path)
    if uri is not None:
        now = app.documents.snapshot(uri)
        text, version = now.text, now.version
    else:
        text, version = await asyncio.to_thread(_on_disk, edit.path), None
    if text != edit.base:
        raise _moved(edit.path.name)
    return replace(edit, version=version)


def _moved(what: str) -> Moved:
    return Moved(
        f"{what} was changed meanwhile, so the edit was not made; `gearshift.why` shows it."
    )


def _on_disk(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None


async def make(app: App, proposal: Proposal, edits: Sequence[FileEdit]) -> str | None:
    """Make the edits, with the user's consent where the settings ask for it.

    Returns None, or why they were not made, as a sentence.
    """
    label = proposal.summary or "Gearshift"
    is_asked = app.settings.edits.preview == "always"
    is_shown_first = is_asked and app.editor.shows_edits
    if is_asked and not is_shown_first:
        page = await asyncio.to_thread(_preview, app, proposal, edits)
        await app.editor.show_page("preview", page)
        if await app.editor.ask(label, (APPLY, DISCARD)) != APPLY:
            return DISCARDED
        try:
            # The user took time to read, and may have typed.
            edits = [await _still_meant(app, edit) for edit in edits]
        except Moved as error:
            return str(error)
    why = await app.editor.apply_edits(label, edits, is_shown_first=is_shown_first)
    return None if why is None else f"The editor did not make the edit: {why}."


async def _still_meant(app: App, edit: FileEdit) -> FileEdit:
    uri = app.documents.uri_of(edit.path)
    if uri is None or edit.version is None:
        return await _unmoved(app, edit)
    if edit.version != app.documents.version(uri):
        raise _moved(edit.path.name)
    return edit


def _words(proposal: Proposal) -> str:
    """Return what an editor shows beside an edit that waits for consent."""
    return f"{proposal.summary} ({proposal.label}: {', '.join(proposal.evidence) or 'no check'})"


def _preview(app: App, proposal: Proposal, edits: Sequence[FileEdit]) -> str:
    from gearshift.app.difference import unified

    parts = [unified(edit, _open_text(app, edit.path)) for edit in edits]
    return f"{_words(proposal)}\n\n```diff\n{''.join(parts)}```\n"


def _open_text(app: App, path: Path) -> tuple[str, int | None] | None:
    uri = app.documents.uri_of(path)
    if uri is None:
        return None
    snapshot = app.documents.snapshot(uri)
    return snapshot.text, snapshot.version
