"""A rewritten function behaves as before: its tests pass, equal calls give equal results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict
from gearshift.verify.covering import tests_agree
from gearshift.verify.differential import calls_agree

if TYPE_CHECKING:
    from gearshift.verify.comparison import Comparison
    from gearshift.verify.workbench import Workbench


async def same_behaviour(bench: Workbench, comparison: Comparison) -> Verdict:
    """Return a failed verdict with the first difference, or a passed one with its evidence.

    The evidence is empty where nothing could be run. Raises OSError if nothing can be started.
    """
    tested = await tests_agree(bench, comparison)
    if not tested.passed:
        return tested
    called = await calls_agree(bench, comparison)
    if not called.passed:
        return called
    evidence = (*tested.evidence, *called.evidence)
    if evidence:
        evidence = (*evidence, f"sandbox:{await bench.sandbox.isolation()}")
    details = " ".join(d for d in (tested.detail, called.detail) if d)
    return Verdict(True, "behaviour", details, evidence)
