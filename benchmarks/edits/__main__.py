"""Runs the corpus through the verifier: `python -m benchmarks.edits [--out FILE]`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.edits.corpus import Case, cases

from gearshift.actions import action_named
from gearshift.actions.action import Rejection
from gearshift.actions.answer import Answer
from gearshift.actions.context import prepare
from gearshift.core.document import Snapshot
from gearshift.core.text import Range
from gearshift.languages.syntax import symbols
from gearshift.settings.schema import VerifySettings
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.verifier import Verifier

SANDBOX = Sandbox()


async def judged(case: Case) -> dict[str, Any]:
    """Return what becomes of one edit: the check that refused it, or its evidence."""
    function = case.function
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        (project / "pyproject.toml").write_text("")
        path = project / "shop.py"
        path.write_text(function.before, encoding="utf-8")
        if function.has_tests:
            (project / "tests").mkdir()
            (project / "tests" / "test_shop.py").write_text(function.tests, encoding="utf-8")
        snapshot = Snapshot.from_text(function.before, language="python", path=path, version=1)
        symbol = next(s for s in symbols(snapshot) if s.name == function.name)
        request = await prepare(snapshot, Range.at(symbol.name_range.start), project=project)
        verifier = Verifier(project, VerifySettings(run="always"), SANDBOX, _yes)
        action = action_named(function.action)
        assert action is not None
        try:
            answer = Answer(f"```python\n{case.code}```")
            result = await action.judge(request, answer, verifier)
        finally:
            await verifier.close()
    row: dict[str, Any] = {
        "function": function.name,
        "way": case.way,
        "tests": "shown" if function.has_tests else "hidden",
        "failsTests": case.fails_tests,
    }
    if isinstance(result, Rejection):
        reason = result.reason.partition("\n")[0]
        return {**row, "offered": False, "check": result.check, "reason": reason}
    evidence = [e for e in result.evidence if not e.startswith("sandbox:")]
    return {**row, "offered": True, "label": result.label, "evidence": evidence}


async def _yes() -> bool:
    return True


async def run_all() -> list[dict[str, Any]]:
    """Return the rows of all cases."""
    rows: list[dict[str, Any]] = []
    every = cases()
    for number, case in enumerate(every, 1):
        rows.append(await judged(case))
        print(f"{number}/{len(every)} {rows[-1]}", file=sys.stderr, flush=True)
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Return the figures as Markdown."""
    right = [r for r in rows if r["way"] == "right"]
    wrong = [r for r in rows if r["way"] != "right"]
    caught = [r for r in wrong if not r["offered"]]
    missed = [r for r in wrong if r["offered"]]
    through = [r for r in right if r["offered"]]
    lines = ["| what | figure |", "|---|---|"]
    lines.append(f"| right edits let through | {_share(len(through), len(right))} |")
    labels = Counter(f"{r['label']} ({', '.join(r['evidence'])})" for r in through)
    lines += [f"| … {label} | {count} |" for label, count in labels.most_common()]
    lines.append(f"| wrong edits caught | {_share(len(caught), len(wrong))} |")
    for tests in ("shown", "hidden"):
        some = [r for r in wrong if r["tests"] == tests]
        got = [r for r in some if not r["offered"]]
        word = "with covering tests" if tests == "shown" else "without tests"
        lines.append(f"| … {word} | {_share(len(got), len(some))} |")
    bad = [r for r in missed if r["failsTests"] and r["tests"] == "shown"]
    lines.append(f"| offered although covering tests fail | {len(bad)} |")
    proved = [r for r in missed if r["label"] == "verified"]
    lines.append(f"| wrong edits labelled `verified` | {len(proved)} |")
    lines += ["", "| check | wrong edits caught by it |", "|---|---|"]
    checks = Counter(r["check"] for r in caught)
    lines += [f"| {check} | {_share(count, len(wrong))} |" for check, count in checks.most_common()]
    lines += ["", "| way | wrong edits | caught |", "|---|---|---|"]
    ways = Counter(r["way"] for r in wrong)
    for way, count in ways.most_common():
        got = len([r for r in caught if r["way"] == way])
        lines.append(f"| {way} | {count} | {got} |")
    refused = [r for r in right if not r["offered"]]
    lines += ["", *(f"Right, and refused: `{r['function']}`: {r['reason']}" for r in refused)]
    lines += [f"Wrong, and offered: `{r['function']}`, {r['way']}." for r in missed]
    return "\n".join(lines).rstrip() + "\n"


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.0f} %)" if whole else "none"


def main() -> None:
    """Run it, print the table, and write both."""
    parser = argparse.ArgumentParser(prog="benchmarks.edits", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="FILE", help="rows as JSON, table as .md")
    arguments = parser.parse_args()
    rows = asyncio.run(run_all())
    text = table(rows)
    print(text)
    if arguments.out:
        arguments.out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        arguments.out.with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
