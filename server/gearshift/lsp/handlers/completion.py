"""`textDocument/completion`: the inline engine's suggestion as a list item, for who opts in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from gearshift.core.suggestions import Skip
from gearshift.lsp.convert import position_from_lsp, range_to_lsp
from gearshift.lsp.protocol import DID_ACCEPT

if TYPE_CHECKING:
    from gearshift.lsp.session import Session

LABEL_CHARACTERS = 60


async def completion(session: Session, params: types.CompletionParams) -> types.CompletionList:
    """Return at most one item; an empty list says nothing is offered."""
    uri = params.text_document.uri
    documents = session.app.documents
    nothing = types.CompletionList(is_incomplete=True, items=[])
    if uri not in documents or not session.app.settings.completion.enable:
        return nothing
    version, lines = documents.version(uri), documents.lines(uri)
    place = {"line": params.position.line, "character": params.position.character}
    position = position_from_lsp(lines, place, session.encoding)
    result = await session.app.complete_inline(uri, position, is_explicit=False, task="completion")
    if isinstance(result, Skip) or uri not in documents or documents.version(uri) != version:
        return nothing
    span = range_to_lsp(documents.lines(uri), result.range, session.encoding)
    edit = types.TextEdit(
        range=types.Range(types.Position(**span["start"]), types.Position(**span["end"])),
        new_text=result.text,
    )
    first = result.text.strip().split("\n", 1)[0]
    item = types.CompletionItem(
        label=first[:LABEL_CHARACTERS] or "…",
        kind=types.CompletionItemKind.Snippet,
        detail="Gearshift",
        documentation=result.text,
        filter_text=result.text,
        text_edit=edit,
        command=types.Command(title="Accepted", command=DID_ACCEPT, arguments=[{"uri": uri}]),
    )
    return types.CompletionList(is_incomplete=True, items=[item])
