"""Old and new code are called with the same values and must give the same results."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gearshift.core.verification import Verdict
from gearshift.verify import apart
from gearshift.verify.comparison import GONE, put_after, put_before
from gearshift.verify.raised import function_of, raised_errors

if TYPE_CHECKING:
    from gearshift.verify.comparison import Comparison
    from gearshift.verify.workbench import Workbench

FEWEST_CALLS = 8
"""Calls that must have come to something before, for their agreement to mean anything."""
FEWEST_RESULTS = 2
"""Different results among them: a function that always answers alike shows nothing."""
MOST_SECONDS = 10.0
"""Longest run of all calls; the calls themselves are begun within the first 3 seconds."""
PROGRAM = "gearshift_apart"

Outcome = tuple[str, str]
"""What a call came to: `value` or `error`, and what of it."""


async def calls_agree(bench: Workbench, comparison: Comparison) -> Verdict:
    """Fail if a call comes to something else than before.

    Only where the machine isolates: code that is called with made-up values may do anything.
    Errors count where the code raises them by name; others come of values that nobody would pass.
    """
    name = callable_name(comparison)
    if comparison.symbol_after == GONE:
        return Verdict(True, "differential")
    if name is None or await bench.sandbox.isolation() == "none":
        return Verdict(True, "differential")
    await asyncio.to_thread(_install, bench)
    await put_before(bench, comparison)
    # What differs with the hash seed alone is no difference between old and new.
    first, was_endless = await _calls(bench, comparison, name, seed=0)
    second, _ = await _calls(bench, comparison, name, seed=1)
    await put_after(bench, comparison)
    now = comparison.symbol_after or name
    after, is_endless = await _calls(bench, comparison, now, seed=0)
    if is_endless and not was_endless:
        words = f"`{name}` ended for all values that were tried; now it does not end for some."
        return Verdict(False, "differential", words)
    stable = {call: done for call, done in first.items() if second.get(call) == done}
    return _agreement(comparison, stable, after)


def _agreement(
    comparison: Comparison, before: dict[str, Outcome], after: dict[str, Outcome]
) -> Verdict:
    meant = _meant_errors(comparison)
    compared = {
        call: done
        for call, done in before.items()
        if call in after and (done[0] == "value" or done[1] in meant)
    }
    if before and not after:
        words = "Before, it could be called; now the file can't be imported."
        return Verdict(False, "differential", words)
    for call, done in compared.items():
        if after[call] == done or (comparison.errors_may_differ and "error" in after[call][:1]):
            continue
        was, now = _said(done, "returned"), _said(after[call], "returns")
        words = f"It behaves differently: `{call}` {was} before, {now} now."
        return Verdict(False, "differential", words)
    if comparison.errors_may_differ and (lost := _all_fail(compared, after)):
        return Verdict(False, "differential", lost)
    results = set(compared.values())
    if len(compared) < FEWEST_CALLS or len(results) < FEWEST_RESULTS:
        return Verdict(True, "differential")
    words = f"{len(compared)} calls return what they returned before."
    return Verdict(True, "differential", words, ("differential",))


def _all_fail(before: dict[str, Outcome], after: dict[str, Outcome]) -> str | None:
    """Say so if no call comes to a result any more; one that refuses some values is well."""
    given = [call for call, done in before.items() if done[0] == "value"]
    if not given or any(after[call][0] == "value" for call in given):
        return None
    now = _said(after[given[0]], "returns")
    return f"Every call that gave a result before fails now: `{given[0]}` {now}."


def _said(outcome: Outcome, verb: str) -> str:
    if outcome[0] == "error":
        return f"{'raised' if verb == 'returned' else 'raises'} {outcome[1]}"
    return f"{verb} {outcome[1]}" if verb == "returned" else outcome[1]


def _meant_errors(comparison: Comparison) -> set[str]:
    change = comparison.change
    if comparison.errors_may_differ or change.trees is None or change.symbol is None:
        return set()
    node = function_of(change.trees[0], change.symbol)
    return raised_errors(node) if node is not None else set()


def callable_name(comparison: Comparison) -> str | None:
    """Return the qualified name of a function or method that can be called from outside."""
    change = comparison.change
    if change.trees is None or change.symbol is None or comparison.is_meant_to_differ:
        return None
    node = function_of(change.trees[0], change.symbol)
    owner, _, name = change.symbol.rpartition(".")
    if node is None or node.name.startswith("__"):
        return None
    if owner:
        is_class = any(
            isinstance(n, ast.ClassDef) and n.name == owner for n in change.trees[0].body
        )
        return change.symbol if is_class else None
    has_parameters = node.args.args or node.args.posonlyargs or node.args.kwonlyargs
    return name if has_parameters else None


def _install(bench: Workbench) -> None:
    """Put the program beside the reports."""
    folder = bench.reports / PROGRAM
    folder.mkdir(exist_ok=True)
    for source in Path(apart.__file__).parent.glob("*.py"):
        shutil.copyfile(source, folder / source.name)


async def _calls(
    bench: Workbench, comparison: Comparison, name: str, *, seed: int
) -> tuple[dict[str, Outcome], bool]:
    """Return what each call came to, in order, and whether one did not end.

    Empty if the import fails.
    """
    report = bench.reports / f"{uuid.uuid4().hex}.jsonl"
    (bench.reports / "before.txt").write_text(comparison.change.before, encoding="utf-8")
    paths = [bench.reports, await bench.seen(comparison.import_root)]
    variables = {
        "PYTHONHASHSEED": str(seed),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "GEARSHIFT_REPORT": str(report),
    }
    python = bench.environment.command[0]
    assert comparison.change.symbol is not None
    old = comparison.change.symbol
    command = [python, "-m", f"{PROGRAM}.calls", comparison.module, name, old]
    ended = await bench.run(command, variables, wall_seconds=MOST_SECONDS)
    return await asyncio.to_thread(_read, report), ended.stopped is not None


def _read(report: Path) -> dict[str, Outcome]:
    found: dict[str, Outcome] = {}
    if not report.is_file():
        return found
    for line in report.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            item: Any = json.loads(line)
        except ValueError:
            break  # the run was stopped while it wrote this line
        # The code that is called may have written to the file itself.
        if isinstance(item, list) and [type(part) for part in cast("list[Any]", item)] == [str] * 3:
            call, kind, what = cast("list[str]", item)
            found[call] = (kind, what)
    return found
