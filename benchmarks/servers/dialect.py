"""A model server that answers in one provider's format: `python -m …dialect NAME PIECES`."""

from __future__ import annotations

import asyncio
import sys

from tests.support.dialects import DIALECTS
from tests.support.stub_server import StubServer


async def serve(name: str, pieces: int) -> None:
    """Answer every request with so many pieces, until the standard input ends."""
    async with StubServer(DIALECTS[name].answer([" word"] * pieces)) as server:
        print(server.origin, flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
