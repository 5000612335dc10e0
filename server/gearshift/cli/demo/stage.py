"""What every step of the demo has: screen, project, texts, and the server that it talks to."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import TYPE_CHECKING, Any

from gearshift.cli import status
from gearshift.cli.demo.buffer import Buffers
from gearshift.cli.demo.client import EditorClient
from gearshift.core.errors import GearshiftError

if TYPE_CHECKING:
    from gearshift.cli.demo.screen import Screen
    from gearshift.cli.demo.workshop import Workshop
    from gearshift.quota.entry import Entry

SERVER = (sys.executable, "-m", "gearshift", "serve")


class Unfinished(GearshiftError):
    """A step did not happen; the text is the server's own reason."""


class Stage:
    """The conversation with one server, which `open` starts."""

    def __init__(self, screen: Screen, shop: Workshop) -> None:
        self.screen = screen
        self.shop = shop
        self.buffers = Buffers(screen)
        self.client: EditorClient

    async def open(self) -> None:
        """Start the server; whoever does ends it with `client.close`."""
        self.client = await EditorClient.start(
            SERVER,
            self.buffers.handlers,
            folder=self.shop.project,
            environment=self.shop.environment,
            log=self.shop.folder / "server.log",
        )

    async def show_status(self) -> None:
        """Show gear, models, windows and today's use, as the server tells them."""
        payload = await self.client.request("gearshift/status")
        gear = f"gear [bold]{payload['gear']}[/] · {payload['state']}"
        self.screen.say(
            f"{gear} · mini {payload['models']['mini']} · full {payload['models']['full']}"
        )
        for window in payload["quota"]["windows"]:
            self.screen.say(status.window_line(window).strip())
        self.screen.say(f"today  {status.today_words(payload['today'])}")

    async def why(self, argument: dict[str, Any]) -> str:
        """Return the server's reason for what it did at a place."""
        params = {"command": "gearshift.why", "arguments": [argument]}
        with self.buffers.silent():  # the answer is shown in its place, not as a message too
            answer = str(await self.client.request("workspace/executeCommand", params))
        return re.sub(r"^\d\d:\d\d:\d\d ", "", answer)  # the time is now

    async def first_request(self) -> Entry:
        """Return the request behind the ghost text; one made ahead of the user came after it."""
        entry = (await self.requests())[-1]
        for _ in range(100):  # it settles just after the answer
            if entry.state != "reserved":
                break
            await asyncio.sleep(0.05)
            entry = (await self.requests())[-1]
        return entry

    async def requests(self) -> tuple[Entry, ...]:
        """Return the requests in the demo's ledger, latest first."""
        from gearshift.quota.bookkeeper import Bookkeeper

        ledger = Bookkeeper(self.shop.state / "ledger.sqlite")
        try:
            return await ledger.recent()
        finally:
            await ledger.close()


def cost(usd: float | None) -> str:
    """Return an amount with all the digits that these small requests need."""
    return "price unknown" if usd is None else f"${usd:.6f}"
