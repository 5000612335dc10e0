"""`python -m benchmarks.cut STEP`: one step of the benchmark, or all that scores it again."""

from __future__ import annotations

import asyncio
import sys


def main() -> None:
    step = sys.argv[1] if len(sys.argv) > 1 else "score"
    if step == "holes":
        from benchmarks.cut.packages import fetch
        from benchmarks.cut.select import select

        fetch()
        asyncio.run(select())


if __name__ == "__main__":
    main()
