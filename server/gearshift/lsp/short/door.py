"""The door: every message from the client passes here and takes the short path or goes to pygls."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from gearshift.lsp import garbage
from gearshift.lsp.guard import BadParams, answer_to, report_bug
from gearshift.lsp.short import documents, inline, lifecycle
from gearshift.lsp.short.frames import MALFORMED, PARSE_ERROR
from gearshift.lsp.short.message import failure, success

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from gearshift.lsp.session import Session

logger = logging.getLogger(__name__)
INVALID_REQUEST = -32600
INVALID_PARAMS = -32602

NOTIFICATIONS: Mapping[str, Callable[[Session, Any], None]] = {
    "textDocument/didOpen": documents.did_open,
    "textDocument/didChange": documents.did_change,
    "textDocument/didSave": documents.did_save,
    "textDocument/didClose": documents.did_close,
    "workspace/didChangeWatchedFiles": documents.did_change_watched_files,
    "workspace/didChangeConfiguration": lifecycle.did_change_configuration,
    "$/cancelRequest": lifecycle.cancel_request,
    "initialized": lifecycle.initialized,
    "exit": lifecycle.exit_process,
}
REQUESTS: Mapping[str, Callable[[Session, Any], Coroutine[Any, Any, Any]]] = {
    "textDocument/inlineCompletion": inline.inline_completion,
    "gearshift/status": lifecycle.status,
    "shutdown": lifecycle.shutdown,
}


class Door:
    """Hands on messages in the order in which they came."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def receive(self, messages: list[Any]) -> None:
        """Handle `messages`; a bad one is answered or logged, and never stops the next."""
        for message in messages:
            if message is MALFORMED:
                self._session.client.send(failure(None, PARSE_ERROR, "the message is not JSON"))
            elif not isinstance(message, dict):
                self._refuse(None, "a message is one object")
            else:
                self._receive(cast("dict[str, Any]", message))

    def _receive(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._session.client.receive(message)
        elif "id" in message:
            self._request(message)
        else:
            self._notification(message)

    def _refuse(self, request_id: Any, text: str) -> None:
        self._session.client.send(failure(request_id, INVALID_REQUEST, text))

    def _notification(self, message: dict[str, Any]) -> None:
        method: str = message["method"]
        handle = NOTIFICATIONS.get(method)
        if self._session.is_shut_down and method != "exit":
            return
        if handle is None:
            self._session.cold.receive(message)
            return
        try:
            handle(self._session, message.get("params"))
        except BadParams as error:
            logger.warning("ignored %s: %s", method, error)
        except Exception as error:  # noqa: BLE001  (the edge: nothing may escape into the loop)
            report_bug(error, method)

    def _request(self, message: dict[str, Any]) -> None:
        method, request_id = message["method"], message["id"]
        if self._session.is_shut_down:
            self._refuse(request_id, "the server is shutting down")
            return
        if method == "initialize":
            self._refuse(request_id, "the server is already initialized")
            return
        handle = REQUESTS.get(method)
        if handle is None:
            self._session.cold.receive(message)
            return
        try:
            work = handle(self._session, message.get("params"))
        except BadParams as error:
            self._session.client.send(failure(request_id, INVALID_PARAMS, f"{method}: {error}"))
            return
        task = asyncio.get_running_loop().create_task(self._answer(request_id, work))
        self._session.requests[request_id] = task
        task.add_done_callback(partial(self._fail, request_id, method, work))

    async def _answer(self, request_id: Any, work: Coroutine[Any, Any, Any]) -> None:
        """Reply with what `work` gives; a callback of the task would come one round later."""
        self._session.client.send(success(request_id, await work))
        self._session.requests.pop(request_id, None)
        garbage.look(asyncio.get_running_loop())

    def _fail(
        self,
        request_id: Any,
        method: str,
        work: Coroutine[Any, Any, Any],
        task: asyncio.Future[None],
    ) -> None:
        """Reply for a task that gave no result; it may have been cancelled before it began."""
        session = self._session
        if session.requests.get(request_id) is not task:
            return
        del session.requests[request_id]
        work.close()
        if task.cancelled():
            # Neovim logs each error reply, so what is stale or cancelled answers null.
            session.client.send(success(request_id, None))
        elif (error := task.exception()) is not None:
            session.client.send(answer_to(error, request_id, method))
