"""A model server that answers in one provider's format: `python -m …dialect NAME PIECES`."""

from __future__ import annotations

import asyncio
import sys

from tests.support.codex_home import reply
from tests.support.codex_plan import PlanServer
from tests.support.dialects import DIALECTS
from tests.support.stub_server import StubServer


def made(name: str, texts: list[str]) -> StubServer:
    """Return the server that is called `name`: a dialect, or what `codex` asks."""
    if name == "codex":
        return PlanServer(reply(*texts))
    return StubServer(DIALECTS[name].answer(texts))


async def serve(name: str, pieces: int) -> None:
    """Answer every request with so many pieces, until the standard input ends."""
    async with made(name, [" word"] * pieces) as server:
        print(server.origin, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
