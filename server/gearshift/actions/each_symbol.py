"""Tests for a whole file: the loop of one symbol, once for each, into one test file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gearshift.actions.draft import Contender, run
from gearshift.actions.edits import minimal_edits
from gearshift.actions.request import ActionRequest
from gearshift.actions.target import Target
from gearshift.core.errors import (
    BudgetReached,
    GearshiftError,
    ProviderError,
    SettingsError,
    UserError,
)
from gearshift.core.results import Attempt, FileEdit, Finding, Proposal, Refusal
from gearshift.core.text import apply_edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.actions.action import Action
    from gearshift.actions.purse import Purse
    from gearshift.core.document import Snapshot
    from gearshift.core.editor import Progress
    from gearshift.languages.syntax import Symbol
    from gearshift.verify.verifier import Verifier

MOST_SYMBOLS = 20
"""Symbols of one file that are tested at one go; each takes a request at least."""


def testable(snapshot: Snapshot) -> list[Symbol]:
    """Return the functions and methods that a test can reach: not those inside functions."""
    from gearshift.languages.syntax import symbols

    known = [s for s in symbols(snapshot) if s.kind in ("function", "method")]
    names = {symbol.qualified_name for symbol in known}
    return [s for s in known if s.qualified_name.rpartition(".")[0] not in names]


def is_public(symbol: Symbol) -> bool:
    """Whether neither it nor what it is in begins with an underscore."""
    return not any(part.startswith("_") for part in symbol.qualified_name.split("."))


async def run_each_symbol(
    action: Action,
    request: ActionRequest,
    contenders: Sequence[Contender],
    verifier: Verifier,
    progress: Progress,
    attempts: list[Attempt],
    purse: Purse | None = None,
) -> Proposal | Refusal:
    """Return one proposal with the tests of every public symbol that got some.

    A symbol that gets none is named with the reason. When the budget or the models run out midway,
    what is there is offered. Raises what `run` does where there is nothing yet; `attempts` holds
    what was asked until then.
    """
    chosen = [s for s in testable(request.snapshot) if is_public(s)][:MOST_SYMBOLS]
    if len(chosen) < 2 or request.tests is None:
        return await run(
            action, request, contenders, verifier, progress, attempts=attempts, purse=purse
        )
    whole = _Whole(request, request.tests.text, attempts)
    for number, symbol in enumerate(chosen, 1):
        step = _Step(progress, f"{number} of {len(chosen)} `{symbol.name}`", number, len(chosen))
        own: list[Attempt] = []
        try:
            part = whole.part(symbol)
            result = await run(action, part, contenders, verifier, step, attempts=own, purse=purse)
        except (BudgetReached, ProviderError, SettingsError) as error:
            if not whole.proposals:
                raise
            whole.without.append(str(error))
            whole.cause = error
            break
        except UserError as error:
            whole.without.append(str(error))
        else:
            whole.add(symbol, result)
            if purse is not None and purse.is_closed:
                break
        finally:
            attempts += own
    return whole.result()


@dataclass(slots=True)
class _Whole:
    """What the symbols so far came to."""

    request: ActionRequest
    text: str
    """The test file with all tests so far."""
    attempts: list[Attempt]
    proposals: dict[str, Proposal] = field(default_factory=dict[str, Proposal])
    without: list[str] = field(default_factory=list[str])
    """Sentences: why a symbol got none."""
    cause: GearshiftError | None = None
    """The first error that kept models from being asked."""
    findings: list[Finding] = field(default_factory=list[Finding])

    def part(self, symbol: Symbol) -> ActionRequest:
        """Return the request for one symbol, with the tests so far as the existing ones."""
        tests = self.request.tests
        assert tests is not None
        so_far = replace(tests, text=self.text, exists=tests.exists or bool(self.proposals))
        target = Target("symbol", symbol.range, self.request.snapshot.slice(symbol.range), symbol)
        return replace(self.request, target=target, tests=so_far)

    def add(self, symbol: Symbol, result: Proposal | Refusal) -> None:
        """Take over a symbol's end."""
        self.findings += [found for found in result.findings if found not in self.findings]
        self.cause = self.cause or result.cause
        if isinstance(result, Refusal):
            self.without.append(f"`{symbol.qualified_name}` got none: {result.reason}")
            return
        self.proposals[symbol.qualified_name] = result
        self.text = apply_edits(self.text, result.edits[0].edits)

    def result(self) -> Proposal | Refusal:
        """Return all of it as one."""
        tests, attempts, findings = self.request.tests, tuple(self.attempts), tuple(self.findings)
        assert tests is not None
        if not self.proposals:
            return Refusal(" ".join(self.without), attempts, findings=findings, cause=self.cause)
        edit = FileEdit(
            tests.path,
            minimal_edits(tests.text if tests.exists else "", self.text),
            is_new=not tests.exists,
            version=tests.version if tests.exists else None,
        )
        is_verified = all(p.label == "verified" for p in self.proposals.values())
        evidence = [e for p in self.proposals.values() for e in p.evidence]
        said = [p.summary for p in self.proposals.values()]
        return Proposal(
            (edit,),
            label="verified" if is_verified else "checked",
            evidence=tuple(dict.fromkeys(evidence)),
            summary=" ".join([*said, *self.without]),
            attempts=attempts,
            findings=findings,
            cause=self.cause,
        )


class _Step:
    """core.editor.Progress of one symbol within that of the file."""

    def __init__(self, progress: Progress, name: str, number: int, count: int) -> None:
        self._progress = progress
        self._name = name
        self._number = number
        self._count = count

    def report(self, message: str, percent: int | None = None) -> None:
        """Show what is being done, for which symbol."""
        done = (self._number - 1) * 100 + (percent or 0)
        self._progress.report(f"{self._name}: {message}", done // self._count)

    def end(self, message: str) -> None:
        """Leave the file's progress open."""
