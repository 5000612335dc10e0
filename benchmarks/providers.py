"""What each provider adds to a bare httpx call, in turn against one server.

`python -m benchmarks.providers [--json FILE] [NAME…]`
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.__main__ import circumstances
from benchmarks.asking import CODE, Bare, Figures, compare
from benchmarks.programs import ASKED, measure_codex, measure_local
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

REQUESTS = 300
WARM_UP = 30
PIECES = 24
"""About the tokens of a completion of one or two lines."""
NAMES = (*(name for name, each in DIALECTS.items() if each.provider != "local"), "codex", *ASKED)


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


async def measure(name: str, origin: str) -> Figures:
    """Return the figures of one dialect at the stub."""
    dialect = DIALECTS[name]
    request = request_for(dialect)
    made = ModelSettings(provider=dialect.provider, model="m", base_url=origin + dialect.base_path)  # type: ignore[arg-type]
    services = Services(credentials=Credentials({"K": "k"}, read_keyring=lambda *_: None))
    model = connect(replace(made, api_key_env="K"), ModelFacts(), services)
    body = {"model": "m", "prompt": request_text(request), "stream": True}
    bare = Bare(origin + dialect.path, body)
    try:
        return await compare(model, request, bare, requests=REQUESTS, warm_up=WARM_UP)
    finally:
        await services.aclose()


def figures_of(name: str) -> Figures:
    """Return the figures of one row of the table."""
    if name in ASKED:
        return asyncio.run(measure_local([name]))[name]
    with server(name) as origin:
        return asyncio.run(measure_codex(origin) if name == "codex" else measure(name, origin))


def table(found: dict[str, Figures]) -> str:
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
    parser.add_argument("name", nargs="*", help=f"of {', '.join(NAMES)}; none: all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.name if name not in NAMES]
    if unknown:
        parser.error(f"no row {', '.join(unknown)}")
    found: dict[str, Any] = {}
    for name in arguments.name or NAMES:
        print(f"{name} …", file=sys.stderr, flush=True)
        found[name] = figures_of(name)
    print(table(found))
    if arguments.json:
        text = json.dumps({**circumstances(), "figures": found}, indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
