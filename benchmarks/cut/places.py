"""Where the benchmark's files lie."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
STORE = ROOT / ".cache" / "cut"
"""What is downloaded or can be made again; never committed."""
RESULTS = HERE / "results"
"""What took hours to make; committed."""
HOLES = HERE / "holes.jsonl"
