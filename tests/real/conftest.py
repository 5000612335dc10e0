"""What tests with the embedded models share: the user's model files, processes that end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gearshift.providers.local import Launcher, Resident, models_folder
from gearshift.providers.local.catalogue import catalogue

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

# Read before tests get folders of their own: gigabytes are pulled once, not for each run.
MODELS = models_folder()


@pytest.fixture
def real_models(user_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """Point at the folder of real models; the processes that served them are ended after."""
    monkeypatch.setenv("GEARSHIFT_MODELS", str(MODELS))
    yield MODELS
    asyncio.run(_stop_all())


async def _stop_all() -> None:
    launcher = Launcher()
    for weights in catalogue().values():
        path = MODELS / weights.file
        await launcher.stop(Resident(weights.name, path, weights.context))
