"""`textDocument/inlineCompletion`: ghost text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.core.suggestions import Skip
from gearshift.lsp.convert import position_from_lsp, range_to_lsp
from gearshift.lsp.guard import reading_params
from gearshift.lsp.protocol import DID_ACCEPT
from gearshift.lsp.short.message import dig

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gearshift.core.suggestions import Suggestion
    from gearshift.core.text import Position
    from gearshift.lsp.session import Session

INVOKED = 1
"""Trigger kind of an explicit request; 2 is automatic, and old clients count from 0."""


def inline_completion(session: Session, params: Any) -> Coroutine[Any, Any, dict[str, Any] | None]:
    """Answer with items; None when stale or cancelled (Neovim then keeps what it shows).

    The request is read at once: an edit behind it in the same burst must not move its position.
    """
    documents = session.app.documents
    with reading_params:
        uri = params["textDocument"]["uri"]
        # Neovim never cancels an outdated request, so a new one takes the place of the last.
        session.cancel_inline(uri)
        if uri not in documents:
            return _nothing()
        position = position_from_lsp(documents.lines(uri), params["position"], session.encoding)
        is_explicit = dig(params, "context", "triggerKind") == INVOKED
    return _complete(session, uri, documents.version(uri), position, is_explicit)


async def _nothing() -> dict[str, Any]:
    return {"items": []}


async def _complete(
    session: Session, uri: str, version: int, position: Position, is_explicit: bool
) -> dict[str, Any] | None:
    def is_current() -> bool:
        return uri in session.app.documents and session.app.documents.version(uri) == version

    session.own_inline(uri)
    if not is_current():
        return None
    result = await session.app.complete_inline(uri, position, is_explicit=is_explicit)
    # A key pressed while the reply was judged: what would be shown belongs to the text before it.
    session.catch_up()
    if not is_current():
        return None
    if isinstance(result, Skip):
        return {"items": []}
    texts = (result.text, *result.others)
    return {"items": [_item(session, uri, result, text) for text in texts]}


def _item(session: Session, uri: str, suggestion: Suggestion, text: str) -> dict[str, Any]:
    lines = session.app.documents.lines(uri)
    return {
        "insertText": text,
        "range": range_to_lsp(lines, suggestion.range, session.encoding),
        "command": {"title": "Accepted", "command": DID_ACCEPT, "arguments": [{"uri": uri}]},
    }
