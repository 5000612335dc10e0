"""A rewritten function behaves as before: its tests pass, equal calls give equal results."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict
from gearshift.verify.change import changed_functions
from gearshift.verify.covering import is_reached, tests_agree
from gearshift.verify.differential import calls_agree

if TYPE_CHECKING:
    from gearshift.verify.comparison import Comparison
    from gearshift.verify.workbench import Workbench

MOST_FUNCTIONS = 8
"""Changed functions that are run one by one; each is some runs of the tests."""


async def same_behaviour(bench: Workbench, comparison: Comparison) -> Verdict:
    """Return a failed verdict with the first difference, or a passed one with its evidence.

    The evidence is empty where nothing could be run. Raises OSError if nothing can be started.
    """
    tested = await tests_agree(bench, comparison)
    if not tested.passed:
        return tested
    changed = changed_functions(comparison.change) if comparison.change.symbol is None else ()
    if changed and not comparison.is_meant_to_differ:
        return await _each(bench, comparison, changed)
    called = await calls_agree(bench, comparison)
    if not called.passed:
        return called
    details = " ".join(d for d in (tested.detail, called.detail) if d)
    return await _passed(bench, details, (*tested.evidence, *called.evidence))


async def _passed(bench: Workbench, detail: str, evidence: tuple[str, ...]) -> Verdict:
    if evidence:
        evidence = (*evidence, f"sandbox:{await bench.sandbox.isolation()}")
    return Verdict(True, "behaviour", detail, evidence)


async def _each(bench: Workbench, comparison: Comparison, changed: tuple[str, ...]) -> Verdict:
    """Look at every function that a wider edit changed; evidence only if each one was run.

    All tests agree already; what counts is which of the functions they reach.
    """
    evidence: dict[str, None] = {}
    unproved = list(changed[MOST_FUNCTIONS:])
    for symbol in changed[:MOST_FUNCTIONS]:
        one = replace(comparison, change=replace(comparison.change, symbol=symbol))
        called = await calls_agree(bench, one)
        if not called.passed:
            return called
        found = (*called.evidence, *(("tests",) if await is_reached(bench, one) else ()))
        evidence |= dict.fromkeys(found)
        unproved += [] if found else [symbol]
    if unproved:
        names = ", ".join(f"`{name}`" for name in unproved)
        return Verdict(True, "behaviour", f"Nothing here could run {names}, changed as well.")
    words = "The changed function does" if len(changed) == 1 else "All changed functions do"
    return await _passed(bench, f"{words} as before in tests or equal calls.", (*evidence,))
