"""The way from the door to pygls, which is imported when the first message needs it.

The import takes half a second on a small machine: it runs in a thread, and messages wait in order,
while the short path goes on.
"""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gearshift.lsp.guard import report_bug
from gearshift.lsp.short.message import failure

if TYPE_CHECKING:
    from gearshift.lsp.cures import CuredProtocol
    from gearshift.lsp.session import Session


REQUEST_CANCELLED = -32800
NEEDED = ("gearshift.actions.menu", "gearshift.actions.draft", "gearshift.app.heavy")


class Cold:
    """pygls, once it is needed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._protocol: CuredProtocol | None = None
        self._waiting: list[dict[str, Any]] = []
        self._loading: asyncio.Task[None] | None = None

    def receive(self, message: dict[str, Any]) -> None:
        """Hand `message` to pygls, now or as soon as it is there."""
        if self._protocol is not None:
            self._protocol.receive(message)
            return
        self._waiting.append(message)
        self.warm()

    def warm(self) -> None:
        """Begin to load pygls."""
        if self._protocol is None and self._loading is None:
            self._loading = asyncio.ensure_future(self._load())

    def cancel(self, request_id: Any) -> None:
        """Cancel a request that pygls runs or that still waits for it."""
        if self._protocol is not None:
            self._protocol.cancel(request_id)
            return
        for message in self._waiting:
            if message.get("id") == request_id:
                self._waiting.remove(message)
                text = "cancelled before it began"
                self._session.client.send(failure(request_id, REQUEST_CANCELLED, text))
                return

    def cancel_all(self) -> None:
        """Cancel everything in flight."""
        if self._protocol is not None:
            self._protocol.cancel_all()
        for message in [m for m in self._waiting if "id" in m]:
            self.cancel(message["id"])

    async def _load(self) -> None:
        try:
            server = await asyncio.to_thread(_import_server)
            protocol = server.start(self._session)
        except Exception as error:  # noqa: BLE001  (the edge)
            report_bug(error, "starting pygls")
            return
        self._protocol = protocol
        waiting, self._waiting = self._waiting, []
        for message in waiting:
            protocol.receive(message)


def _import_server() -> Any:
    """Import pygls and what its messages will need, which would block the loop later."""
    for name in NEEDED:
        import_module(name)
    return import_module("gearshift.lsp.server")
