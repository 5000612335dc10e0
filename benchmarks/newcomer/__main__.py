"""`python -m benchmarks.newcomer`: install, open a file, type; what each step took.

Needs a package index, or `PIP_FIND_LINKS`; the editors themselves are installed before, and so
are the models: what they take is measured apart (`--pull`).
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.newcomer import emacs, neovim, vscode
from benchmarks.newcomer.server import build_wheel, pull_models
from benchmarks.newcomer.steps import Steps

from gearshift.providers.local import models_folder

if TYPE_CHECKING:
    from collections.abc import Callable

PATHS: dict[str, Callable[[Path, Steps, Path], None]] = {
    "vscode": vscode.walk,
    "neovim": neovim.walk,
    "emacs": emacs.walk,
}
BEGUN = '''\
def initials(name: str) -> str:
    """Return the first letter of each word of `name`, in capitals."""
    return
'''
"""The file that the newcomer opens, to type at its end."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.newcomer", description=__doc__)
    parser.add_argument("paths", nargs="*", metavar="PATH", help=f"some of {', '.join(PATHS)}")
    parser.add_argument("--pull", action="store_true", help="download the models, apart")
    parser.add_argument("--json", type=Path, help="where the figures go as well")
    options = parser.parse_args()
    names: list[str] = options.paths or ([] if options.pull else list(PATHS))
    # A newcomer's own folders are empty, but for the models.
    os.environ["GEARSHIFT_MODELS"] = str(models_folder())
    found: dict[str, object] = {
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "processors": os.cpu_count(),
        "paths": {name: walked(name) for name in names},
    }
    if options.pull:
        with tempfile.TemporaryDirectory(prefix="newcomer-") as place:
            found["pull"] = pull_models(Path(place))
    text = json.dumps(found, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")


def walked(name: str) -> dict[str, float]:
    """Walk one path; return the seconds that each step took, and the load before and after."""
    with tempfile.TemporaryDirectory(prefix="newcomer-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        project = folder / "project"
        project.mkdir()
        (project / "names.py").write_text(BEGUN, encoding="utf-8")
        wheel = build_wheel(folder)
        steps = Steps(time.monotonic)
        before = os.getloadavg()[0]
        PATHS[name](folder, steps, wheel)
        loads = {"load before": round(before, 1), "load after": round(os.getloadavg()[0], 1)}
        return {**steps.seconds, "to the first ghost text": steps.to_ghost_text, **loads}


if __name__ == "__main__":
    main()
