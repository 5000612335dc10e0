"""`textDocument/codeAction`: what can be done here; never calls a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from gearshift.core.diagnostic import Diagnostic
from gearshift.lsp.convert import range_from_lsp, range_to_lsp
from gearshift.lsp.handlers.execute_command import TASK_COMMANDS

if TYPE_CHECKING:
    from gearshift.actions.menu import Offer
    from gearshift.lsp.session import Session

AUTOMATIC = types.CodeActionTriggerKind.Automatic


async def code_action(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return the actions for the range, in menu order."""
    uri = params.text_document.uri
    documents = session.app.documents
    if uri not in documents:
        return []
    only = tuple(str(getattr(kind, "value", kind)) for kind in params.context.only or ())
    is_selection = params.range.start != params.range.end
    if not only and params.context.trigger_kind == AUTOMATIC and not is_selection:
        # VS Code asks on every cursor move: a lightbulb on every line would say nothing. Who
        # selects code may want something done to it.
        only = ("quickfix",)
    lines = documents.lines(uri)
    span = range_from_lsp(lines, _plain(params.range), session.encoding)
    found = tuple(_diagnostic(session, uri, item) for item in params.context.diagnostics)
    originals = dict(zip(found, params.context.diagnostics, strict=True))
    offers = await session.app.menu.offers(uri, span, found, only)
    return [_to_lsp(session, uri, offer, originals) for offer in offers]


def _plain(span: types.Range) -> dict[str, Any]:
    return {
        "start": {"line": span.start.line, "character": span.start.character},
        "end": {"line": span.end.line, "character": span.end.character},
    }


def _diagnostic(session: Session, uri: str, item: types.Diagnostic) -> Diagnostic:
    lines = session.app.documents.lines(uri)
    return Diagnostic(
        range=range_from_lsp(lines, _plain(item.range), session.encoding),
        message=str(item.message),
        source=item.source or "",
        code="" if item.code is None else str(item.code),
    )


def _to_lsp(
    session: Session, uri: str, offer: Offer, originals: dict[Diagnostic, types.Diagnostic]
) -> types.CodeAction:
    documents = session.app.documents
    argument: dict[str, Any] = {
        "uri": uri,
        "range": range_to_lsp(documents.lines(uri), offer.range, session.encoding),
        "version": documents.version(uri),
        "refactoring": offer.action,
    }
    if offer.diagnostics:
        argument["diagnostics"] = [
            {
                "range": range_to_lsp(documents.lines(uri), item.range, session.encoding),
                "message": item.message,
                "source": item.source,
                "code": item.code,
            }
            for item in offer.diagnostics
        ]
    command = TASK_COMMANDS[offer.task]
    return types.CodeAction(
        title=offer.title,
        kind=offer.kind,  # pyright: ignore[reportArgumentType]
        diagnostics=[originals[item] for item in offer.diagnostics] or None,
        command=types.Command(title=offer.title, command=command, arguments=[argument]),
    )
