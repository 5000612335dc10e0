"""`python -m benchmarks.cut STEP [--model NAME] [--threads N] [--holes N] [--arms SET] …`."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from benchmarks.cut.arms import ABLATIONS, GEARSHIFT, PEERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.cut.arms.arm import Arm

MODEL = "qwen2.5-coder-0.5b"
SETS: dict[str, Sequence[Arm]] = {
    "peers": (GEARSHIFT, *PEERS),
    "gearshift": (GEARSHIFT,),
    "others": PEERS,
    "context": (GEARSHIFT, *ABLATIONS),
    "all": (GEARSHIFT, *PEERS, *ABLATIONS),
}
STEPS = ("packages", "holes", "generate", "score", "lost")


def main() -> None:
    """Run one step; each goes on where it was stopped."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cut")
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--holes", type=int, help="only so many, from the first")
    parser.add_argument("--arms", choices=SETS, default="peers")
    parser.add_argument("--backwards", action="store_true", help="generate from the last hole on")
    options = parser.parse_args()
    arms = SETS[options.arms]
    if options.step in {"packages", "holes"}:
        _prepare(options.step)
    elif options.step == "generate":
        from benchmarks.cut.generate import generate
        from benchmarks.cut.hole import load

        holes = load()[: options.holes]
        generate(options.model, arms, holes, options.threads, backwards=options.backwards)
    else:
        asyncio.run(_score(options.step, options.model, arms, options.holes))


def _prepare(step: str) -> None:
    from benchmarks.cut.packages import fetch
    from benchmarks.cut.select import select

    fetch()
    if step == "holes":
        asyncio.run(select())


async def _score(step: str, model: str, arms: Sequence[Arm], limit: int | None) -> None:
    from benchmarks.cut.hole import load
    from benchmarks.cut.lost import lost
    from benchmarks.cut.outcomes import outcomes
    from benchmarks.cut.replies import Replies
    from benchmarks.cut.report import by_kind, lines, table, write

    found = await outcomes(load()[:limit], arms, Replies(model))
    if step == "lost":
        print(lost(found))
        return
    rows = lines(found)
    print(f"{table(rows)}\n\n{by_kind(rows)}" if rows else "No hole is complete yet.")
    write(model, "peers" if arms is SETS["peers"] else "context", found)


if __name__ == "__main__":
    main()
