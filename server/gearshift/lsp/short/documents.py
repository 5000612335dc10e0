"""Document sync: opening, changing, saving and closing, in the order the editor says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.lsp.convert import path_from_uri, range_from_lsp
from gearshift.lsp.guard import reading_params
from gearshift.workspace.documents import TextChange

if TYPE_CHECKING:
    from gearshift.lsp.session import Session


def did_open(session: Session, params: Any) -> None:
    """Take over a document from the editor."""
    with reading_params:
        document = params["textDocument"]
        uri, text = str(document["uri"]), str(document["text"])
        language, version = document.get("languageId") or "", document.get("version") or 0
    session.app.documents.open(
        uri, path=path_from_uri(uri), language=language, version=version, text=text
    )
    session.app.document_opened(uri)


def did_change(session: Session, params: Any) -> None:
    """Make the edits one by one: the range of each counts in the text the one before left."""
    documents, encoding = session.app.documents, session.encoding
    with reading_params:
        uri = params["textDocument"]["uri"]
        if uri not in documents:
            return  # an editor that lost track gets no completions, not an error a key press
        version = params["textDocument"].get("version")
        for change in params["contentChanges"]:
            span = change.get("range")
            where = None if span is None else range_from_lsp(documents.lines(uri), span, encoding)
            documents.change(uri, version, (TextChange(where, change["text"]),))
    session.app.document_changed(uri)


def did_save(session: Session, params: Any) -> None:
    """A file was saved: settings and ignore rules may be among them."""
    with reading_params:
        path = path_from_uri(params["textDocument"]["uri"])
    if path is not None:
        session.app.files_changed((path,))


def did_change_watched_files(session: Session, params: Any) -> None:
    """Files changed outside the editor; some editors tell of each save so, too."""
    with reading_params:
        paths = [path_from_uri(change["uri"]) for change in params["changes"]]
    session.app.files_changed(tuple(path for path in paths if path is not None))


def did_close(session: Session, params: Any) -> None:
    """Forget the document and what runs for it."""
    with reading_params:
        uri = params["textDocument"]["uri"]
    session.cancel_inline(uri)
    session.app.documents.close(uri)
    session.app.document_closed(uri)
