"""The embedded 0.5B, really running: pulled if it is missing, its process on loopback."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from gearshift.core.model import Model, ModelFacts, Request, Usage
from gearshift.providers.local import Launcher, Resident, connect_local, models_folder
from gearshift.providers.local.catalogue import find_weights
from gearshift.providers.local.resident import HostFiles
from gearshift.providers.services import Services
from gearshift.settings.schema import ModelSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "qwen2.5-coder-0.5b"
# Read before tests get folders of their own: half a gigabyte is pulled once, not for each run.
MODELS = models_folder()
PULL = f"import asyncio; from gearshift.providers.local import pull; asyncio.run(pull({NAME!r}))"
PREFIX = 'def fib(n):\n    """Return the n-th Fibonacci number."""\n    if n < 2:\n'


class RealModel:
    """A launcher with a state folder of its own, and the model it serves."""

    def __init__(self, folder: Path, services: Services | None = None) -> None:
        weights = find_weights(NAME)
        self.folder = folder
        self.resident = Resident(NAME, MODELS / weights.file, weights.context)
        self.files = HostFiles(folder, self.resident.key)
        self.services = services or Services(launcher=Launcher(folder))

    def model(self) -> Model:
        """The model, by the provider `local`."""
        return connect_local(ModelSettings("local", NAME), ModelFacts(), self.services)

    async def stop(self) -> None:
        """End the model's process and the connections to it."""
        await self.services.launcher.stop(self.resident)
        await self.services.aclose()


@contextmanager
def pulled() -> Iterator[None]:
    """Have the model's file where its provider looks for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEARSHIFT_MODELS", str(MODELS))
        # In a process of its own, since tests may reach nothing but this machine.
        subprocess.run([sys.executable, "-c", PULL], check=True)
        yield


async def answer(model: Model, request: Request) -> tuple[str, Usage | None, str | None]:
    """Return a whole answer: text, usage, why it ended."""
    chunks = [chunk async for chunk in model.stream(request)]
    return "".join(chunk.text for chunk in chunks), chunks[-1].usage, chunks[-1].finish
