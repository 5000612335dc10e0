"""bandit on a Python file before and after."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gearshift.core.results import Finding, FindingSeverity
from gearshift.languages import language_of
from gearshift.verify.security.scanner import Result, Scanner, Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.verify.change import Change

LEFT_OUT = frozenset({"B101", "B403", "B404"})
"""`assert`, and imports alone: their calls are found by themselves."""
SEVERE = frozenset({"B102", "B307"})
"""`exec` and `eval` of anything: no rewrite needs them, whatever bandit's own word is."""


async def bandit_findings(change: Change, path: Path) -> list[Finding]:
    """Return what bandit finds after the change and not before; in tests without trifles."""
    # `-m` looks for modules in the working folder first; nothing that a model wrote may be there.
    results = await BANDIT.new_results(change, ".py", _command, cwd=Path(__file__).parents[3])
    is_test = language_of(path).is_test_file(path)
    found = (_finding(result, path, is_test=is_test) for result in results)
    return [finding for finding in found if finding]


def _command(folder: Path, files: Sequence[Path]) -> Sequence[str]:
    del folder
    asked = (sys.executable, "-m", "bandit", "-q", "-f", "json", "--exit-zero")
    # A draft could say `nosec` itself.
    return (*asked, "--ignore-nosec", *map(str, files))


def _spot(result: Result) -> Spot:
    return Spot(str(result["filename"]), str(result["test_id"]), int(result["line_number"]) - 1)


BANDIT = Scanner("bandit", 30.0, _spot)


def _finding(result: Result, path: Path, *, is_test: bool) -> Finding | None:
    spot, severity = _spot(result), str(result["issue_severity"]).lower()
    rule = spot.rule
    if rule in LEFT_OUT or (is_test and severity == "low"):
        return None
    if rule in SEVERE:
        severity = "high"
    text = " ".join(str(result["issue_text"]).split())
    known = cast("FindingSeverity", severity if severity in {"low", "medium"} else "high")
    return Finding("security", known, f"bandit:{rule}", text, path, spot.line)
