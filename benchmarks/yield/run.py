"""The yield of generated tests on real packages, with the embedded models; resumable.

`python benchmarks/yield/run.py [--most N]` does what is not in `results.jsonl` yet;
`python benchmarks/yield/run.py --table` writes `results.md` from it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
from further import further_proof, span  # noqa: E402
from table import table  # noqa: E402

CACHE = ROOT / ".cache" / "yield"
RESULTS = HERE / "results.jsonl"
SETTINGS = """\
[models.mini]
provider = "local"
model = "qwen2.5-coder-0.5b"
timeoutSeconds = 900

[models.full]
provider = "local"
model = "qwen2.5-coder-1.5b"
timeoutSeconds = 900

[verify]
run = "always"
timeoutSeconds = 120

[strategy]
tests = "STRATEGY"
"""
WAYS = {
    "cascade": ("cascade", ()),
    "mini": ("direct", ("--model", "mini")),
    "full": ("direct", ("--model", "full")),
}
"""How the models are asked: the strategy in the settings, and arguments."""

TEST_PACKAGES = ("pytest", "coverage", "tomli_w")
"""What the six packages' tests import besides themselves, and what counts their coverage."""
TASK_SECONDS = 900.0
"""Longest task; one that takes longer has offered nothing, whatever it would have."""


def tasks(*, by_size: bool = False) -> list[dict[str, Any]]:
    """Return one for each symbol and way; packages take turns.

    `by_size`: the shortest functions come first, which needs the packages' sources.
    """
    packages = tomllib.loads((HERE / "subjects.toml").read_text())["package"]
    if by_size:
        packages = [{**p, "symbols": sorted(p["symbols"], key=partial(lines, p))} for p in packages]
    return [
        {**package, "symbol": package["symbols"][number], "way": way}
        for number in range(3)
        for package in packages
        for way in WAYS
    ]


def key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["name"], row["symbol"], row["way"]


def done() -> list[dict[str, Any]]:
    lines = RESULTS.read_text().splitlines() if RESULTS.is_file() else []
    return [json.loads(line) for line in lines]


def source(task: dict[str, Any]) -> Path:
    """Return the package's source distribution, unpacked, without the tests of the module."""
    folder = CACHE / f"{task['name']}-{task['version']}"
    if not folder.is_dir():
        with tempfile.TemporaryDirectory() as download:
            wanted = f"{task['name']}=={task['version']}"
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run([*pip, "--no-binary", ":all:", "-d", download, wanted], check=True)
            [archive] = Path(download).glob("*.tar.gz")
            with tarfile.open(archive) as tar:
                tar.extractall(download, filter="data")
            [inner] = [p for p in Path(download).iterdir() if p.is_dir()]
            shutil.copytree(inner, folder)
    return folder


def environment() -> Path:
    """Return a virtual environment with what the packages' tests need, as a user would have one:
    plug-ins of the environment that Gearshift is in would be in their way."""
    folder = CACHE / "environment"
    if not (folder / "bin" / "pytest").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *TEST_PACKAGES], check=True)
    return folder


def without_tests(task: dict[str, Any], project: Path) -> list[str]:
    """Remove the test files that name the module or one of the symbols; return their names."""
    module = Path(task["module"])
    stem = module.parent.name if module.stem == "__init__" else module.stem
    removed: list[str] = []
    for file in sorted(project.rglob("*.py")):
        if not (file.name.startswith("test") or file.stem.endswith("_test")):
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if stem in text or any(symbol in text for symbol in task["symbols"]):
            removed.append(file.relative_to(project).as_posix())
            file.unlink()
    return removed


def lines(package: dict[str, Any], symbol: str) -> int:
    """Return how many lines a function has."""
    first, last = span((source(package) / package["module"]).read_text(encoding="utf-8"), symbol)
    return last - first


def line_of(file: Path, symbol: str) -> int:
    lines = file.read_text(encoding="utf-8").split("\n")
    return next(n for n, line in enumerate(lines, 1) if line.startswith(f"def {symbol}("))


def run(task: dict[str, Any]) -> dict[str, Any] | None:
    """Return what became of a task; None: the model could not be asked, so nothing can be said."""
    with tempfile.TemporaryDirectory(prefix="gearshift-yield-") as folder:
        project = Path(folder) / task["name"]
        shutil.copytree(source(task), project)
        removed = without_tests(task, project)
        config = Path(folder) / "config"
        config.mkdir()
        strategy, arguments = WAYS[task["way"]]
        (config / "config.toml").write_text(SETTINGS.replace("STRATEGY", strategy))
        variables = {
            **os.environ,
            "VIRTUAL_ENV": str(environment()),
            "GEARSHIFT_STATE": str(CACHE / "state"),
            "GEARSHIFT_CONFIG": str(config),
            # Another Gearshift of the same user would end the models of this one.
            "XDG_STATE_HOME": str(CACHE / "home"),
        }
        module = project / task["module"]
        place = f"{module}:{line_of(module, task['symbol'])}"
        command = [sys.executable, "-m", "gearshift", "act", "tests", place, "--json", "--apply"]
        began = time.monotonic()
        row = {name: task[name] for name in ("name", "version", "module", "symbol", "way")}
        row |= {"removed": removed, "tests": None}
        try:
            ended = subprocess.run(
                [*command, *arguments],
                env=variables,
                cwd=project,
                capture_output=True,
                text=True,
                check=False,
                timeout=TASK_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return row | {
                "seconds": TASK_SECONDS,
                "outcome": "over time",
                "reason": f"Nothing was offered within {TASK_SECONDS:,.0f} seconds.",
                "attempts": [],
            }
        if not ended.stdout.strip():
            raise SystemExit(f"{task['name']} {task['symbol']}: {ended.stderr}")
        told = json.loads(ended.stdout)
        if told["outcome"] in ("failed", "cancelled"):
            print("  not counted:", told["reason"], flush=True)
            return None
        row["seconds"] = round(time.monotonic() - began, 1)
        wanted = ("outcome", "label", "evidence", "reason", "summary", "attempts", "findings")
        row |= {name: told[name] for name in wanted}
        if told["outcome"] == "applied":
            [written] = told["written"]
            row["tests"] = Path(written).read_text(encoding="utf-8")
            row["further"] = asyncio.run(
                further_proof(project, module, Path(written), task["symbol"], variables)
            )
        return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1000, help="tasks to do in this run")
    parser.add_argument("--table", action="store_true", help="only write results.md")
    arguments = parser.parse_args()
    if not arguments.table:
        known = {key(row) for row in done()}
        left = [task for task in tasks(by_size=True) if key(task) not in known]
        for task in left[: arguments.most]:
            print(*key(task), flush=True)
            row = run(task)
            if row is None:
                continue
            with RESULTS.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            (HERE / "results.md").write_text(table(done(), len(tasks())), encoding="utf-8")
        if not left:
            print("nothing is left to do")
    (HERE / "results.md").write_text(table(done(), len(tasks())), encoding="utf-8")


if __name__ == "__main__":
    main()
