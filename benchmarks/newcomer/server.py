"""What the paths share: the wheel that would come from an index, the models and their end."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.editors import story
from tests.support.editors.install import ROOT

from gearshift.app.models import EMBEDDED
from gearshift.providers.local import Launcher, Resident, models_folder
from gearshift.providers.local.catalogue import catalogue


def build_wheel(folder: Path) -> Path:
    """Return this checkout's wheel: what a newcomer downloads, and so not counted."""
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next((folder / "dist").glob("*.whl"))


@dataclass(frozen=True)
class Installed:
    """A server in an environment of its own, as `pipx install` makes it, first on PATH."""

    variables: Mapping[str, str]
    program: Path

    def plugin(self, editor: str) -> str:
        """Return the folder that `gearshift editor` prints."""
        printed = subprocess.run(
            [str(self.program), "editor", editor],
            env=self.variables,
            check=True,
            capture_output=True,
            text=True,
        )
        return printed.stdout.strip()


def install(folder: Path, wheel: Path) -> Installed:
    """Install the wheel with the embedded model's extra for a user whose home is in `folder`."""
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    programs = environment / "bin"
    pip = [str(programs / "python"), "-m", "pip", "install", "-qq", "--no-cache-dir"]
    quiet = ["--disable-pip-version-check"]
    subprocess.run([*pip, *quiet, f"gearshift[local] @ {wheel.as_uri()}"], check=True)
    variables = story.environment(folder / "home")
    variables["PATH"] = f"{programs}{os.pathsep}{variables['PATH']}"
    return Installed(variables, programs / "gearshift")


def pull_models(folder: Path) -> dict[str, float]:
    """Return the seconds of `gearshift models pull` for both models, into `folder`.

    Those of the download, and those in which each model is tried for how it is asked best.
    """
    home, models = folder / "home", folder / "models"
    variables = {**story.environment(home), "GEARSHIFT_MODELS": str(models)}
    names = [model.model for model in EMBEDDED.values()]
    pull = [sys.executable, "-m", "gearshift", "models", "pull", *names]
    begun = time.monotonic()
    subprocess.run([*pull, "--no-probe"], check=True, env=variables)
    pulled = time.monotonic()
    subprocess.run(pull, check=True, env=variables)
    probed = time.monotonic()
    asyncio.run(stop_models(home / "state", models))
    return {"models pulled": round(pulled - begun, 1), "models tried": round(probed - pulled, 1)}


async def stop_models(state: Path, models: Path | None = None) -> None:
    """End the processes of models of a user whose state is in `state`; else they end when idle."""
    launcher = Launcher(state / "gearshift/local")
    for weights in catalogue().values():
        path = (models or models_folder()) / weights.file
        await launcher.stop(Resident(weights.name, path, weights.context))
