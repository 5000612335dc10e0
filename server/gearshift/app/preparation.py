"""What a heavy action is about: its target in the project, with the texts as they are open now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gearshift.actions.action import Action
    from gearshift.actions.request import ActionRequest
    from gearshift.app import App
    from gearshift.app.requests import TaskRequest
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.document import Snapshot


async def prepared_for(
    app: App, request: TaskRequest, snapshot: Snapshot, action: Action
) -> ActionRequest:
    """Return what `action` needs to know of the place that is meant. Raises UserError."""
    from gearshift.actions.context import prepare

    kind_is_file = any(kind.startswith("source.") for kind in action.kinds)

    def open_text(path: Path) -> tuple[str, int | None] | None:
        uri = app.documents.uri_of(path)
        if uri is None:
            return None
        found = app.documents.snapshot(uri)
        return found.text, found.version

    return await prepare(
        snapshot,
        request.range,
        instruction=request.instruction or "",
        diagnostics=_problems(request),
        project=_project(app, snapshot),
        open_text=open_text,
        reason_to_withhold=app.supply.gate.reason_to_withhold,
        opened=_opened(app, snapshot),
        needs=action.needs,
        is_whole_file=kind_is_file and request.range == snapshot.whole,
    )


def _problems(request: TaskRequest) -> tuple[Diagnostic, ...]:
    """Return what is to be fixed: where no tool reports a problem, the user's own words do."""
    from gearshift.actions.fix import IN_WORDS
    from gearshift.core.diagnostic import Diagnostic

    if request.task != "fix" or request.diagnostics or not request.instruction:
        return request.diagnostics
    return (Diagnostic(request.range, request.instruction, source=IN_WORDS),)


def _opened(app: App, snapshot: Snapshot) -> list[Snapshot]:
    """Return the open documents of the same language: other files that an edit may reach."""
    found = [app.documents.snapshot(uri) for uri in app.documents]
    return [s for s in found if s.path and s.language == snapshot.language]


def _project(app: App, snapshot: Snapshot) -> Path | None:
    from gearshift.workspace.project import project_root

    path = snapshot.path
    if path is None:
        return None
    inside = [root for root in app.roots if path.is_relative_to(root)]
    return max(inside, key=lambda root: len(root.parts), default=project_root(path.parent))
