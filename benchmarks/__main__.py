"""Measures Gearshift beside a bare and a naive server: `python -m benchmarks [MEASURE…]`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.measures import MEASURES
from benchmarks.report import rows, table

PACKAGES = ("gearshift", "pygls", "lsprotocol", "httpx", "httptools", "orjson", "tree-sitter")


def circumstances() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%MZ"),
        "machine": {
            "system": platform.platform(terse=True),
            "processor": _processor(),
            "cores": os.cpu_count(),
            "load": [round(load, 1) for load in os.getloadavg()],
        },
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "")


def main() -> None:
    if sys.platform != "linux":
        sys.exit("The benchmarks read /proc, so they run on Linux only.")
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("measure", nargs="*", help=f"of {', '.join(MEASURES)}; none: all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.measure if name not in MEASURES]
    if unknown:
        parser.error(f"no measure {', '.join(unknown)}")
    found: dict[str, Any] = {}
    for name in arguments.measure or MEASURES:
        print(f"{name} …", file=sys.stderr, flush=True)
        with Bench() as bench:
            found[name] = MEASURES[name](bench)
    print(table(rows(found)))
    if arguments.json:
        text = json.dumps({**circumstances(), "figures": found}, indent=1)
        arguments.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
