"""Workspace folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.lsp.convert import path_from_uri

if TYPE_CHECKING:
    from lsprotocol import types

    from gearshift.lsp.session import Session


def did_change_workspace_folders(
    session: Session, params: types.DidChangeWorkspaceFoldersParams
) -> None:
    """Folders were added or removed."""
    added = (path_from_uri(folder.uri) for folder in params.event.added)
    removed = (path_from_uri(folder.uri) for folder in params.event.removed)
    session.app.folders_changed(
        added=tuple(path for path in added if path is not None),
        removed=tuple(path for path in removed if path is not None),
    )
