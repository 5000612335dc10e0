"""What each provider adds to a bare httpx call, in turn against one server, by format.

`python -m benchmarks.providers [--json FILE]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from benchmarks.__main__ import circumstances
from benchmarks.measures import percentile
from tests.support.dialects import DIALECTS, Dialect

from gearshift.core.model import (
    ChatRequest,
    ContinueRequest,
    FillRequest,
    Message,
    ModelFacts,
    Request,
    request_text,
)
from gearshift.providers import connect
from gearshift.providers.credentials import Credentials
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gearshift.core.model import Model

REQUESTS = 300
WARM_UP = 30
PIECES = 24
"""About the tokens of a completion of one or two lines."""
CODE = "def total(prices):\n    return sum(prices)\n\n\n" * 130
"""About 6,000 characters, as an inline request sends on a fast machine."""


def request_for(dialect: Dialect) -> Request:
    """Return a request of the dialect's kind with a prompt of a usual size."""
    if isinstance(dialect.request, FillRequest):
        return FillRequest(CODE, "\n\nprint(total([1]))\n", "a.py")
    if isinstance(dialect.request, ContinueRequest):
        return ContinueRequest(CODE)
    return ChatRequest((Message("user", CODE),), max_tokens=128)


@contextmanager
def server(name: str) -> Iterator[str]:
    """Yield the origin of a server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.servers.dialect", name, str(PIECES)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()


Times = tuple[float, float]
"""Seconds from the call to the first piece, and to the end."""


async def ask_model(model: Model, request: Request) -> Times:
    begun, first = time.perf_counter(), 0.0
    async with aclosing(model.stream(request)) as chunks:
        async for _ in chunks:
            first = first or time.perf_counter()
    return first - begun, time.perf_counter() - begun


async def ask_bare(client: httpx.AsyncClient, url: str, request: Request) -> Times:
    body = {"model": "m", "prompt": request_text(request), "stream": True}
    begun, first = time.perf_counter(), 0.0
    async with client.stream("POST", url, json=body) as response:
        async for _ in response.aiter_raw():
            first = first or time.perf_counter()
    return first - begun, time.perf_counter() - begun


async def measure(name: str, origin: str) -> dict[str, Any]:
    """Return the figures of one dialect, the two asked in turn on warm connections."""
    dialect = DIALECTS[name]
    request = request_for(dialect)
    made = ModelSettings(provider=dialect.provider, model="m", base_url=origin + dialect.base_path)  # type: ignore[arg-type]
    services = Services(credentials=Credentials({"K": "k"}, read_keyring=lambda *_: None))
    model = connect(replace(made, api_key_env="K"), ModelFacts(), services)
    mine: list[Times] = []
    bare: list[Times] = []
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(WARM_UP + REQUESTS):
            bare.append(await ask_bare(client, origin + dialect.path, request))
            mine.append(await ask_model(model, request))
    await services.aclose()
    return {
        when: {"provider": spread(mine, number), "httpx": spread(bare, number)}
        for number, when in enumerate(("first", "whole"))
    }


def spread(times: list[Times], number: int) -> dict[str, float]:
    """Return percentiles in milliseconds, the warm-up left out."""
    values = [each[number] * 1000 for each in times[WARM_UP:]]
    return {f"p{percent}": round(percentile(values, percent), 3) for percent in (50, 95)}


def table(found: dict[str, Any]) -> str:
    """Return the figures in milliseconds, p50 but for the last two; added: more than httpx."""
    lines = [
        "| request | first piece | httpx | added | end | httpx | added | p95 | httpx |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in found.items():
        cells: list[str] = [name]
        for when in ("first", "whole"):
            mine, bare = row[when]["provider"]["p50"], row[when]["httpx"]["p50"]
            cells += [f"{mine:.2f}", f"{bare:.2f}", f"{mine - bare:+.2f}"]
        whole = row["whole"]
        cells += [f"{whole['provider']['p95']:.2f}", f"{whole['httpx']['p95']:.2f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.providers", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    arguments = parser.parse_args()
    found: dict[str, Any] = {}
    for name in DIALECTS:
        print(f"{name} …", file=sys.stderr, flush=True)
        with server(name) as origin:
            found[name] = asyncio.run(measure(name, origin))
    print(table(found))
    if arguments.json:
        text = json.dumps({**circumstances(), "figures": found}, indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
