"""Generated tests looked at before anything runs: what parses, asserts, and uses its target."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.core.results import Finding
from gearshift.core.verification import Verdict
from gearshift.verify.change import parse, syntax_error
from gearshift.verify.names import undefined_names
from gearshift.verify.suite import GeneratedTest, read_tests, without_tests

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class UnderTest:
    """The code that tests are for."""

    file: Path
    """Its file, in the project."""
    text: str
    """All of that file, as it is in the editor."""
    first: int
    """First line of the code, from 1."""
    last: int
    name: str
    """How messages call it, with backquotes."""
    doc: str = ""
    """Its docstring."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A test file to be tried, before it exists."""

    file: Path
    """Where it would be, in the project."""
    text: str
    """All of it: tests that were there and the new ones."""
    new: frozenset[str]
    """Names of the new tests, as `read_tests` gives them."""
    target: frozenset[str]
    """Names of which each new test must use one; empty: any will do."""
    import_root: Path
    """Folder from which the module under test is imported."""
    existing: str = ""
    """The file as it is now; empty: there is none."""
    under_test: UnderTest | None = None
    """None: coverage and mutants are not asked for."""
    language: str = "python"
    """Language id of the tests."""
    unreadable: tuple[str, ...] = ()
    """Names of tests that were left out of `text`, since they do not parse."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What came out of a trial."""

    verdict: Verdict
    text: str | None = None
    """The file with the tests that are worth offering; None if there are none."""
    kept: tuple[str, ...] = ()
    """Names of the new tests that stayed."""
    dropped: tuple[str, ...] = ()
    """Sentences: what was dropped and why."""
    findings: tuple[Finding, ...] = ()
    """Bugs that dropped tests show."""


def screened(trial: Trial) -> TrialResult:
    """Return the trial without tests that can prove nothing; nothing is run."""
    tree = parse(trial.text)
    if tree is None:
        return failed("parse", f"The tests do not parse: {syntax_error(trial.text)}.")
    generated = [t for t in read_tests(trial.text) if t.name in trial.new]
    if not generated:
        return failed("tests", "There is no test in it: a function whose name begins with test_.")
    missing = _undefined(trial, tree)
    doomed = dict.fromkeys(trial.unreadable, "did not parse.")
    for test in generated:
        if why := _fault(test, trial.target, missing):
            doomed[test.name] = why
    copies = _copies(tree, [t.name for t in generated if t.name not in doomed], trial)
    doomed |= dict.fromkeys(copies, "repeats another test.")
    dropped = tuple(
        f"{listed([n for n in doomed if doomed[n] == why])} {why}"
        for why in dict.fromkeys(doomed.values())
    )
    kept = tuple(t.name for t in generated if t.name not in doomed)
    if not kept:
        return failed("names" if missing else "tests", " ".join(dropped))
    verdict = Verdict(True, "tests", evidence=("static",))
    # A test that was there may have the name of one that did not parse.
    text = without_tests(trial.text, {t.name for t in generated if t.name in doomed})
    return TrialResult(verdict, text, kept, dropped)


def failed(check: str, detail: str, findings: tuple[Finding, ...] = ()) -> TrialResult:
    """Return the result of a trial that leaves nothing."""
    return TrialResult(Verdict(False, check, detail), findings=findings)


def listed(names: Iterable[str]) -> str:
    """Return names as `a`, `b`."""
    return ", ".join(f"`{name}`" for name in names)


def names_of(ids: Iterable[str]) -> frozenset[str]:
    """Return test names out of runner ids: `TestB::test_c` of `test_a.py::TestB::test_c[0]`."""
    return frozenset(name_of(each) for each in ids)


def name_of(test_id: str) -> str:
    """Return the name in a runner's id; the file's name where the id is the whole file."""
    return test_id.partition("::")[2].partition("[")[0] or Path(test_id).name


def _undefined(trial: Trial, tree: ast.Module) -> set[str]:
    before = parse(trial.existing)
    known = undefined_names(trial.existing, before) if before else set[str]()
    return undefined_names(trial.text, tree) - known


def _fault(test: GeneratedTest, target: frozenset[str], missing: set[str]) -> str | None:
    """Return what is wrong with a test, as the end of a sentence; None: nothing."""
    if not test.asserts:
        return "had no assertion."
    if target and not test.used & target:
        return f"did not use {listed(sorted(target))}."
    if unknown := sorted(test.used & missing):
        return f"used {listed(unknown)}, which nothing defines."
    return None


def _copies(tree: ast.Module, new: list[str], trial: Trial) -> list[str]:
    """Return the new tests whose body an earlier test of the file has already."""
    seen: set[str] = set()
    found: list[str] = []
    for name, body in _bodies(tree):
        if body in seen and name in new and name in trial.new:
            found.append(name)
        seen.add(body)
    return found


def _bodies(tree: ast.Module) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        for member in members:
            if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                parts = [*member.decorator_list, member.args, *member.body]
                found.append((prefix + member.name, "\n".join(map(ast.dump, parts))))
    return found
