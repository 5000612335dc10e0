"""A reported problem is gone and nothing new came: its tool is asked again, else our own parser."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from gearshift.core.verification import Verdict
from gearshift.verify.imports import unused_imports
from gearshift.verify.linters import Linter, Problem, linter_of, problems, type_checker
from gearshift.verify.names import undefined_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gearshift.core.diagnostic import Diagnostic
    from gearshift.verify.change import Change
    from gearshift.verify.workbench import Workbench

_UNDEFINED = re.compile(r"undefined name\W+(\w+)|[\"'`](\w+)[\"'`] is not defined", re.IGNORECASE)
_UNUSED = re.compile(
    r"[\"'`](?:[\w.]+\.)?(\w+)[\"'`] imported but unused|import [\"'`](\w+)[\"'`] is not accessed",
    re.IGNORECASE,
)


def gone(change: Change, diagnostics: Sequence[Diagnostic]) -> Verdict:
    """Fail if a problem that can be looked for without any tool is still there."""
    before, after = _errors(change)
    if before and after >= before:
        return Verdict(False, "recheck", "The file still does not parse.")
    looked = before > 0
    tree = change.tree_after
    for diagnostic in diagnostics if tree is not None else ():
        assert tree is not None
        if name := _name(_UNDEFINED, diagnostic):
            looked = True
            if name in undefined_names(change.after, tree):
                return Verdict(False, "recheck", f"`{name}` is still not defined.")
        if name := _name(_UNUSED, diagnostic):
            looked = True
            if name in unused_imports(tree):
                return Verdict(False, "recheck", f"`{name}` is still imported and not used.")
    return Verdict(True, "recheck", evidence=("recheck:parser",) if looked else ())


def _errors(change: Change) -> tuple[int, int]:
    """Return the syntax errors before and after; of Python whether there are any."""
    from gearshift.languages.syntax import error_count

    if change.language == "python":
        return int(change.tree_before is None), int(change.tree_after is None)
    return error_count(change.language, change.before), error_count(change.language, change.after)


def _name(pattern: re.Pattern[str], diagnostic: Diagnostic) -> str | None:
    found = pattern.search(diagnostic.message)
    return next((name for name in found.groups() if name), None) if found else None


async def rechecked(
    bench: Workbench, change: Change, file: Path, diagnostics: Sequence[Diagnostic]
) -> Verdict:
    """Fail if the tools that reported the problems still do, or report others.

    Evidence names the tools that could be asked; those that are not installed are none.
    """
    evidence: list[str] = []
    rows = {row.name: row for d in diagnostics if (row := linter_of(d.source))}
    for row in rows.values():
        mine = [d for d in diagnostics if linter_of(d.source) is row]
        found = await _both(bench, row, change, file)
        if found is None:
            continue
        before, after = found
        for diagnostic in mine:
            if _count(after, diagnostic) >= max(_count(before, diagnostic), 1):
                words = f"{row.name} still reports: {diagnostic.message}"
                return Verdict(False, "recheck", words)
        if new := sorted((after - before).elements(), key=str):
            return Verdict(False, "recheck", f"{row.name} reports something new: {_said(new[0])}")
        evidence.append(f"recheck:{row.name}")
    if not evidence:
        return Verdict(True, "recheck")
    names = ", ".join(item.partition(":")[2] for item in evidence)
    return Verdict(True, "recheck", f"{names} no longer reports it.", tuple(evidence))


async def types_no_worse(bench: Workbench, change: Change, file: Path) -> Verdict:
    """Fail if the type checker that the project has chosen reports something new."""
    row = type_checker(bench.project)
    found = await _both(bench, row, change, file) if row else None
    if row is None or found is None:
        return Verdict(True, "typecheck")
    before, after = found
    if new := sorted((after - before).elements(), key=str):
        return Verdict(False, "typecheck", f"{row.name} reports something new: {_said(new[0])}")
    return Verdict(True, "typecheck", evidence=(f"typecheck:{row.name}",))


async def _both(
    bench: Workbench, row: Linter, change: Change, file: Path
) -> tuple[Counter[Problem], Counter[Problem]] | None:
    after = await problems(bench, row, file, change.after)
    before = None if after is None else await problems(bench, row, file, change.before)
    if before is None or after is None:
        return None
    return Counter(before), Counter(after)


def _count(found: Counter[Problem], diagnostic: Diagnostic) -> int:
    """Return how often a problem like the diagnostic is reported: same rule and words."""
    words = _words(diagnostic.message)
    return sum(
        count
        for problem, count in found.items()
        if _words(problem.message) == words or (not words and problem.code == diagnostic.code)
    )


def _words(message: str) -> str:
    return " ".join(message.replace("\xa0", " ").split()).rstrip(".")


def _said(problem: Problem) -> str:
    code = f" ({problem.code})" if problem.code else ""
    return f"{' '.join(problem.message.split())}{code}"
