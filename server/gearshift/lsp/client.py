"""What the server says to the client: one door for notifications and requests, on plain JSON.

pygls' own sender is not used: it blocks the loop while a client does not read, logs source text,
pops up an error when a reply comes after its request was cancelled (pygls #621), and keeps progress
tokens for ever.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gearshift.lsp.short.frames import encode
from gearshift.lsp.short.message import dig

if TYPE_CHECKING:
    from collections.abc import Callable


class ClientFailure(Exception):
    """The client answered a request with an error."""


class Client:
    """The editor's end of the connection."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._last_id = 0

    def send(self, message: dict[str, Any]) -> None:
        """Send any message as it is."""
        self._send(encode(message))

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    async def request(self, method: str, params: Any) -> Any:
        """Return the client's result; raises ClientFailure. Cancelling it forgets the reply."""
        self._last_id += 1
        request_id = f"gearshift-{self._last_id}"
        future = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = future
        self.send({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
        try:
            return await future
        finally:
            self._waiting.pop(request_id, None)

    def receive(self, response: dict[str, Any]) -> None:
        """Take a response; one that nobody waits for any more is dropped."""
        future = self._waiting.get(str(response.get("id")))
        if future is None or future.done():
            return
        error = response.get("error")
        if error is not None:
            future.set_exception(ClientFailure(str(dig(error, "message"))))
        else:
            future.set_result(response.get("result"))
