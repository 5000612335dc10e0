"""`python -m benchmarks.cut STEP [--model NAME] [--threads N] [--holes N] …`."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from benchmarks.cut.arms import GEARSHIFT, PARTS, PEERS, SOURCES
from benchmarks.cut.generate import generate
from benchmarks.cut.hole import load
from benchmarks.cut.lost import lost
from benchmarks.cut.outcomes import outcomes
from benchmarks.cut.packages import fetch
from benchmarks.cut.replies import Replies
from benchmarks.cut.report import by_kind, lines, table, write
from benchmarks.cut.select import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.cut.arms.arm import Arm

MODEL = "qwen2.5-coder-0.5b"
SETS: dict[str, Sequence[Arm]] = {
    "peers": (GEARSHIFT, *PEERS),
    "gearshift": (GEARSHIFT,),
    "others": PEERS,
    "parts": (GEARSHIFT, *PARTS),
    "context": (GEARSHIFT, *SOURCES),
}
STEPS = ("packages", "holes", "generate", "score", "lost")


def main() -> None:
    """Run one step; each goes on where it was stopped."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cut")
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--holes", type=int, help="only so many, from the first")
    parser.add_argument("--every", type=int, default=1, help="only each so-and-so-many-th hole")
    parser.add_argument("--arms", choices=SETS, default="peers")
    parser.add_argument("--backwards", action="store_true", help="from the last hole to the first")
    parser.add_argument("--tests-visible", action="store_true", help="arms may read the tests too")
    options = parser.parse_args()
    arms = SETS[options.arms]
    if options.step in {"packages", "holes"}:
        fetch()
        if options.step == "holes":
            asyncio.run(select())
        return
    holes = load()[: options.holes : options.every]
    if options.step == "generate":
        order = holes[::-1] if options.backwards else holes
        generate(options.model, arms, order, options.threads, with_tests=options.tests_visible)
        return
    found = asyncio.run(
        outcomes(holes, arms, Replies(options.model), with_tests=options.tests_visible)
    )
    if options.step == "lost":
        print(lost(found))
        return
    rows = lines(found)
    print(f"{table(rows)}\n\n{by_kind(rows)}" if rows else "No hole is complete yet.")
    apart = " with tests visible" if options.tests_visible else ""
    write(options.model, f"{options.arms}{apart}", found)


if __name__ == "__main__":
    main()
