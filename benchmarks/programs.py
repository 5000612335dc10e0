"""What the providers with a program of their own add: real `codex`, real llama.cpp."""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.asking import CODE, Bare, Figures, compare
from tests.support.codex_home import codex_program, write_home
from tests.support.dialects import DIALECTS
from tests.support.stub_server import StubServer

from gearshift.core.model import (
    ChatRequest,
    ContinueRequest,
    FillRequest,
    Message,
    ModelFacts,
    Request,
)
from gearshift.providers import connect
from gearshift.providers.local import Endpoint, Launcher, Resident, connect_local, models_folder
from gearshift.providers.local.catalogue import find_weights
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

REQUESTS = 100
WARM_UP = 10
LOCAL = ModelSettings("local", "qwen2.5-coder-0.5b", threads=1)
"""One thread: several wait for each other where other work has the cores."""
ASKED: dict[str, Request] = {
    "local-continue": ContinueRequest(CODE, max_tokens=1),
    "local-fill": FillRequest(CODE, "\n\nprint(total([1]))\n", "a.py", max_tokens=1),
}


async def measure_codex(origin: str) -> Figures:
    """Return what a turn of app-server adds to asking the stub at `origin`, which it asks."""
    with TemporaryDirectory(prefix="codex-home-") as home:
        os.environ["CODEX_HOME"] = str(write_home(Path(home), origin))
        services = Services()
        settings = ModelSettings("codex", "gpt-6-luna", path=str(codex_program()))
        model = connect(settings, ModelFacts(efforts=("low",)), services)
        request = ChatRequest((Message("user", CODE),), effort="low")
        body = {"model": "gpt-6-luna", "input": CODE, "stream": True}
        bare = Bare(f"{origin}/v1/responses", body)
        try:
            return await compare(model, request, bare, requests=REQUESTS, warm_up=WARM_UP)
        finally:
            await services.aclose()


class _Elsewhere(Launcher):
    """Says that the embedded model answers at the stub."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    async def endpoint(self, resident: Resident) -> Endpoint:
        del resident
        return Endpoint(self._url, "k")


async def measure_local(names: Sequence[str] = tuple(ASKED)) -> dict[str, Figures]:
    """Return what the path to the embedded model adds to posting the same body to its server."""
    weights = find_weights(LOCAL.model)
    path = models_folder() / weights.file
    resident = Resident(weights.name, path, weights.context, threads=LOCAL.threads)
    with TemporaryDirectory(prefix="local-state-") as folder:
        launcher = Launcher(Path(folder))
        services = Services(launcher=launcher)
        try:
            endpoint = await launcher.endpoint(resident)
            found: dict[str, Figures] = {}
            for name in names:
                path, body = await _posted(name)
                headers = {"authorization": f"Bearer {endpoint.key}"}
                model = connect_local(LOCAL, ModelFacts(), services)
                bare = Bare(endpoint.url + path, body, headers)
                found[name] = await compare(
                    *(model, ASKED[name], bare), requests=REQUESTS, warm_up=WARM_UP
                )
            return found
        finally:
            await launcher.stop(resident)
            await services.aclose()


async def _posted(name: str) -> tuple[str, dict[str, object]]:
    """Return path and body of what the provider posts for the request called `name`."""
    async with StubServer(DIALECTS[name].answer(["x"])) as stub:
        services = Services(launcher=_Elsewhere(stub.origin))
        model = connect_local(LOCAL, ModelFacts(), services)
        async for _ in model.stream(ASKED[name]):
            pass
        await services.aclose()
    return stub.seen[0].path, json.loads(stub.seen[0].body)
