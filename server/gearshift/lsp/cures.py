"""pygls 2.1.1 with its faults cured; each cure has a test in `tests/e2e/test_pygls_faults.py`.

Cured here:
- A request that can't be structured gets no reply: it gets InvalidParams.
- A nested key `jsonrpc` breaks a message: only the outermost object is looked at.
- Params of custom methods become namedtuples with renamed fields: they stay plain dicts.
- Cancelling a command or any builtin leaves the work running: it reaches the handler.
- Failures pop up in the editor and replies carry stack traces: they go through `guard`.
- Its logs hold the user's source and long stacks: it logs from CRITICAL up.

Cured by not using the part of pygls that has the fault:
- The thread-pool reader that goes deaf, and writes that block: `short.stdio`.
- Corrupted documents (form feed, U+2028, positions past the end): `workspace.documents`.
- Late replies (#621) and progress tokens kept for ever: `client`.
- Shutdown with requests in flight, exit codes, requests after shutdown: `short.door`, `session`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    LanguageServerProtocol,
    default_converter,
)

from gearshift.lsp.guard import answer_to, report_bug
from gearshift.lsp.short.message import failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from cattrs import Converter

logger = logging.getLogger(__name__)
logging.getLogger("pygls").setLevel(logging.CRITICAL)
"""What it logs below that are messages with the user's source, and stacks of malformed ones."""

INVALID_PARAMS = -32602
REQUEST_CANCELLED = -32800


def converter() -> Converter:
    """Return pygls' converter with plain dicts for the params of custom methods."""
    made = default_converter()

    def plain(message: dict[str, Any], cls: Any) -> Any:
        fields = {"params": None, **message}
        known = ("id", "method", "jsonrpc", "params")
        return cls(**{key: fields[key] for key in known if key in fields})

    made.register_structure_hook(JsonRPCRequestMessage, plain)
    made.register_structure_hook(JsonRPCNotification, plain)
    return made


class CuredServer(LanguageServer):
    """A pygls server whose failures are logged and never pop up."""

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log `error`; pygls would show a message for each."""
        if not isinstance(error, JsonRpcException):
            report_bug(error, f"pygls ({getattr(source, '__name__', source)})")


class CuredProtocol(LanguageServerProtocol):
    """pygls' dispatch and typing, fed by the door, answering through the session's outbox."""

    send: Callable[[dict[str, Any]], None]
    """Sends a message as it is; set by `server.start`."""

    def receive(self, message: dict[str, Any]) -> None:
        """Structure and handle one request or notification."""
        message = {**message, "jsonrpc": "2.0"}
        try:
            structured: Any = self.structure_message(message)
        except JsonRpcException as error:
            if "id" in message:
                text = f"{message['method']}: params do not have the protocol's form"
                self.send(failure(message["id"], INVALID_PARAMS, text))
            else:
                logger.warning("ignored %s: %s", message["method"], error)
            return
        self.handle_message(structured)

    def begin(self, params: dict[str, Any]) -> None:
        """Tell pygls what `initialize` said; its own answer is not needed."""
        try:
            message = self._converter.structure(
                {"id": 0, "jsonrpc": "2.0", "method": "initialize", "params": params},
                types.InitializeRequest,
            )
            structured = message.params
        except Exception:  # noqa: BLE001  (cattrs raises groups of anything)
            # One value that lsprotocol does not know must not cost the user every code action.
            logger.warning("the client's capabilities are not all known to pygls")
            structured = types.InitializeParams(capabilities=types.ClientCapabilities())
        for _ in self.lsp_initialize(structured):
            pass

    def cancel(self, request_id: Any) -> None:
        """Cancel a request that may have ended already."""
        future = self._request_futures.get(request_id)
        if future is not None:
            future.cancel()

    def cancel_all(self) -> None:
        """Cancel all requests; a copy, since each one's end changes the table."""
        for future in list(self._request_futures.values()):
            future.cancel()

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Any, result_future: Future[Any]
    ) -> None:
        """Run a builtin to its next step, and let its cancellation reach that step."""
        known = set(self._request_futures)
        super()._run_generator(future, gen=gen, result_future=result_future)
        for request_id in set(self._request_futures) - known:
            step = self._request_futures[request_id]

            def stop(done: Future[Any], step: Any = step) -> None:
                if done.cancelled():
                    step.cancel()

            result_future.add_done_callback(stop)

    def _send_handler_result(self, future: Future[Any], *, msg_id: Any) -> None:
        """Answer a request; failures go through the guard, without a stack."""
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self.send(failure(msg_id, REQUEST_CANCELLED, "cancelled"))
            return
        error = future.exception()
        if error is None:
            self._send_response(msg_id, result=future.result())
        elif isinstance(error, JsonRpcException):
            self.send(failure(msg_id, error.code, error.message))
        else:
            self.send(answer_to(error, msg_id, "a request"))
