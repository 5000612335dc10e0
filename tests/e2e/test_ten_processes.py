"""Ten servers on one ledger, killed at random, against a model server that keeps its own books."""

from __future__ import annotations

import asyncio
import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.conftest import recorded
from tests.support.dialects import event
from tests.support.stdio_client import GEARSHIFT, StdioClient
from tests.support.stub_server import Answer, StubServer

from gearshift.core.clock import SystemClock
from gearshift.quota.ledger import Ledger
from gearshift.settings.folders import state_folder
from gearshift.settings.schema import Budget, QuotaSettings

if TYPE_CHECKING:
    from tests.support.stub_server import Seen

    from gearshift.quota.entry import Entry

pytestmark = pytest.mark.soak

SERVERS = 10
REQUESTS = 2000
KILLS = 20
SEED = 20261122
BUDGET_TOKENS = 130_000
"""About nine tenths of what all requests use."""
FILLER = "".join(f"# rate_{n} = {n} percent of the price\n" for n in range(20))
"""So that an estimate is never below what the stub says was used."""


def usage_of(number: int) -> tuple[int, int]:
    """Return tokens in and out, a pair of its own for each request."""
    return 20 + number // 20, 1 + number % 20


@dataclass
class Books:
    """What the model server has served, by the number in the prompt."""

    served: dict[int, int] = field(default_factory=dict[int, int])
    """Tokens in and out together."""
    n_repeated: int = 0

    def answer(self, seen: Seen) -> Answer:
        found = re.search(rb"def total_(\d+)\(", seen.body)
        assert found
        number = int(found[1])
        self.n_repeated += number in self.served
        read, written = usage_of(number)
        self.served[number] = read + written
        usage = {"prompt_tokens": read, "completion_tokens": written}
        end = {"choices": [{"delta": {"content": ""}, "finish_reason": "stop"}], "usage": usage}
        pieces = [event({"choices": [{"delta": {"content": "sum(prices)"}}]}), event(end)]
        return Answer([*pieces, b"data: [DONE]\n\n"], pause=0.002)


@dataclass
class Office:
    """The servers at work, and which requests were under way when one was killed."""

    folder: Path
    settings: dict[str, Any]
    left: list[int]
    killed: list[int] = field(default_factory=list[int])
    n_answered: int = 0
    n_refused: int = 0

    async def start(self) -> StdioClient:
        client = await StdioClient.start([*GEARSHIFT, "serve"], cwd=str(self.folder))
        client.answers["workspace/configuration"] = lambda params: [None]
        params = recorded("vscode") | {
            "rootUri": self.folder.as_uri(),
            "rootPath": str(self.folder),
            "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "workspace"}],
            "initializationOptions": self.settings,
        }
        await client.initialize(params)
        return client

    async def work(self, deaths: list[int]) -> None:
        """Ask one request after the other; at each of the numbers in `deaths`, kill the server."""
        client = await self.start()
        n_asked = 0
        while self.left:
            number = self.left.pop()
            n_asked += 1
            if n_asked in deaths:
                await self._die(client, number)
                client = await self.start()
            else:
                answer = await asyncio.wait_for(ask(client, number), 60)
                self.n_answered += bool(answer["items"])
                self.n_refused += not answer["items"]
        assert await client.finish() == 0
        await client.aclose()

    async def _die(self, client: StdioClient, number: int) -> None:
        request = asyncio.ensure_future(ask(client, number))
        await asyncio.sleep(random.Random(SEED + number).uniform(0, 0.06))
        client.process.kill()
        await client.aclose()
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)
        self.killed.append(number)


async def ask(client: StdioClient, number: int) -> Any:
    uri = f"file:///work/{number}.py"
    client.open(uri, f"{FILLER}def total_{number}(prices):\n    return \n")
    position = {"line": FILLER.count("\n") + 1, "character": 11}
    answer = await client.begin(
        "textDocument/inlineCompletion",
        {
            "textDocument": {"uri": uri},
            "position": position,
            "context": {"triggerKind": 1},
        },
    )[1]
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return answer


def tokens(row: Entry) -> int:
    return row.usage.input + row.usage.output


async def test_ten_servers_and_their_deaths_leave_one_true_ledger(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    books = Books()
    async with StubServer(Answer()) as server:
        server.choose = books.answer
        model = {"provider": "mistral", "model": "codestral-x", "baseUrl": f"{server.origin}/v1"}
        budget = {"window": "day", "tokens": BUDGET_TOKENS}
        settings = {"models": {"mini": model, "full": model}, "quota": {"budgets": [budget]}}
        office = Office(tmp_path, settings, list(range(REQUESTS))[::-1])
        share = REQUESTS // SERVERS
        deaths = [chance.sample(range(2, share * 2 // 3), KILLS // SERVERS) for _ in range(SERVERS)]
        await asyncio.gather(*(office.work(each) for each in deaths))

    ledger = Ledger(state_folder() / "ledger.sqlite", SystemClock())
    ledger.sweep()
    rows = ledger.recent(2 * REQUESTS)
    (window,) = ledger.windows(QuotaSettings(budgets=(Budget("day", tokens=BUDGET_TOKENS),)))
    ledger.close()
    settled = [row for row in rows if row.state == "settled" and row.requests]
    estimated = [row for row in rows if row.state != "settled"]
    exact = {(row.usage.input, row.usage.output) for row in settled}
    unsettled = [number for number in books.served if usage_of(number) not in exact]

    assert len(office.killed) == KILLS
    assert not books.n_repeated
    assert office.n_refused, "the budget was reached"
    assert office.n_answered + office.n_refused + KILLS == REQUESTS
    # Every request that was not cut by a kill is in the ledger once, as the stub counts it.
    assert len(exact) == len(settled)
    assert exact <= {usage_of(number) for number in books.served}
    # A kill leaves the request under way, or the one before whose row was not written yet.
    assert len(unsettled) <= len(estimated) <= 2 * KILLS
    assert window.used.tokens == sum(map(tokens, [*settled, *estimated]))
    in_flight = sum(books.served[number] for number in unsettled)
    assert sum(map(tokens, settled)) == sum(books.served.values()) - in_flight
    largest = max(map(tokens, estimated), default=0)
    assert window.used.tokens <= BUDGET_TOKENS + largest
