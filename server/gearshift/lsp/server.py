"""The pygls server: every method off the short path, as a table of method and handler."""

from __future__ import annotations

from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from gearshift import __version__
from gearshift.core.errors import UserError
from gearshift.lsp import protocol
from gearshift.lsp.cures import CuredProtocol, CuredServer, converter
from gearshift.lsp.handlers import (
    activity,
    code_action,
    companions,
    completion,
    execute_command,
    progress,
    workspace,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.lsp.session import Session

FEATURES: tuple[tuple[str, Callable[..., Any]], ...] = (
    (types.TEXT_DOCUMENT_CODE_ACTION, code_action.code_action),
    (types.TEXT_DOCUMENT_COMPLETION, completion.completion),
    (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, workspace.did_change_workspace_folders),
    (types.WINDOW_WORK_DONE_PROGRESS_CANCEL, progress.cancel),
    (protocol.DID_SHOW, companions.did_show),
    (protocol.DID_ACCEPT_PART, companions.did_accept_part),
    (protocol.DID_FOCUS, companions.did_focus),
    (protocol.REQUESTS, activity.requests),
    (protocol.SPEND, activity.spend),
    (protocol.SHIFTS, activity.shifts),
    (protocol.KEYS, activity.keys),
)


class _Pipe:
    """What pygls writes to: the session's outbox."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(self, data: bytes) -> None:
        self._session.outbox.send(data)

    def close(self) -> None:
        pass


def _command(session: Session, handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return `handler` as pygls wants commands: any arguments, no types for it to read.

    What the user can put right is shown, and answered with null.
    """

    async def run(*arguments: Any) -> Any:
        try:
            result = handler(session, *arguments)
            return await result if isawaitable(result) else result
        except UserError as error:
            session.app.editor.notify("error", str(error))
            return None

    return run


def start(session: Session) -> CuredProtocol:
    """Return pygls' protocol, set up as if it had answered `initialize` itself."""
    server = CuredServer(
        "gearshift", __version__, protocol_cls=CuredProtocol, converter_factory=converter
    )
    for method, handler in FEATURES:
        server.feature(method)(partial(handler, session))
    for name in protocol.COMMANDS:
        server.command(name)(_command(session, execute_command.COMMANDS[name]))
    made = server.protocol
    assert isinstance(made, CuredProtocol)
    made.send = session.client.send
    made.set_writer(_Pipe(session))  # pyright: ignore[reportArgumentType]
    made.begin(session.params)
    return made
