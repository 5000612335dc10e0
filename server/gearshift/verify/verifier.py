"""What actions ask for: static checks of a change, trials of generated tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from gearshift.core.verification import Verdict
from gearshift.settings.schema import VerifySettings
from gearshift.verify.checks import ANEW, CHECKS, CheckName
from gearshift.verify.sandbox import Sandbox
from gearshift.verify.workbench import Workbench

if TYPE_CHECKING:
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.results import Finding
    from gearshift.verify.change import Change
    from gearshift.verify.comparison import Comparison
    from gearshift.verify.screening import Trial, TrialResult

SecretsIn: TypeAlias = Callable[[str], Sequence[tuple[str, str]]]
NOT_PERMITTED = "Nothing was run, because running generated code was not allowed here."


@dataclass(slots=True)
class Verifier:
    """Checks the drafts of one action; `close` it when the action ends.

    The first trial asks for permission and copies the project; later ones use the same copy.
    """

    project: Path | None
    """The folder of the project; None: a document in no folder, whose tests are not run."""
    settings: VerifySettings
    sandbox: Sandbox
    may_run: Callable[[], Awaitable[bool]]
    """Asked when the setting `verify.run` is `ask`."""
    reason_to_withhold: Callable[[Path], str | None] = lambda _: None
    """Why a file is never shown to a model, not in a failed run's words either."""
    secrets_in: SecretsIn = lambda _: ()
    """Returns the secrets in a text, as (kind, text)."""
    tell: Callable[[str], None] = lambda _: None
    """Shows a person what is being done."""
    _bench: Workbench | None = field(default=None, init=False)
    _permitted: bool | None = field(default=None, init=False)

    async def compare(self, change: Change, checks: Sequence[CheckName]) -> Verdict:
        """Return the first failed check, or a passed one with the evidence `static`."""
        if change.language == "python":
            return await asyncio.to_thread(compare, change, checks)
        # Tree-sitter's trees are kept without a lock: no thread, but for checks that parse anew.
        verdict = compare(change, [c for c in checks if c not in ANEW])
        if not verdict.passed:
            return verdict
        return await asyncio.to_thread(compare, change, [c for c in checks if c in ANEW])

    async def findings(self, change: Change, path: Path) -> tuple[Finding, ...]:
        """Return what is dangerous in a file's new code; nothing of it is run."""
        from gearshift.verify.security import security_findings

        return await security_findings(change, path, self.secrets_in)

    async def permitted(self) -> bool:
        """Whether generated code may be run, asked at most once."""
        if self._permitted is None:
            self._permitted = self.project is not None and await self._ask()
        return self._permitted

    async def _ask(self) -> bool:
        return self.settings.run == "always" or (
            self.settings.run == "ask" and await self.may_run()
        )

    async def try_tests(
        self, trial: Trial, documents: Mapping[Path, str] | None = None
    ) -> TrialResult:
        """Run a trial where that is permitted, else only look at it (evidence `static`).

        `documents` are texts of the project's files that stand in for what is on the disk.
        """
        from dataclasses import replace

        from gearshift.verify.screening import screened
        from gearshift.verify.trial import try_tests

        if trial.language != "python":
            return await self._try_cases(trial, documents or {})
        if not await self.permitted():
            result = screened(trial)
            if not result.verdict.passed:
                return result
            return replace(result, verdict=replace(result.verdict, detail=NOT_PERMITTED))
        bench = await self._open()
        await _write(bench, documents or {})
        return await try_tests(bench, trial, self.tell)

    async def _try_cases(self, trial: Trial, documents: Mapping[Path, str]) -> TrialResult:
        """Run a trial of another language, if something here runs its tests."""
        from dataclasses import replace

        from gearshift.languages import language_of
        from gearshift.verify.case_trial import screened_cases, try_cases
        from gearshift.verify.runners import COMMANDS, find_runner

        language = language_of(trial.language)
        result = screened_cases(trial)
        if not result.verdict.passed:
            return result
        runner = None
        if self.project is not None and self.settings.run != "never":
            runner = await find_runner(await self._bench_for(trial.language), trial.language)
        if runner is not None and await self.permitted():
            bench = await self._open(trial.language)
            await _write(bench, documents)
            return await try_cases(bench, runner, trial, self.tell)
        why = f"Nothing here runs tests in {language.name}, so they were only parsed"
        if runner is not None or self.settings.run == "never":
            why = NOT_PERMITTED.rstrip(".")
        command = COMMANDS.get(language.ids[0])
        why += f"; run them with `{command}`." if command else "."
        return replace(result, verdict=replace(result.verdict, detail=why))

    async def same_behaviour(
        self, comparison: Comparison, documents: Mapping[Path, str] | None = None
    ) -> Verdict:
        """Compare what code does before and after, where that is permitted.

        `documents` are texts of the project's files that stand in for what is on the disk. A
        passed verdict without evidence means that nothing could be compared; its detail says why
        where that is the user's to change.
        """
        from gearshift.verify.behaviour import same_behaviour

        if not comparison.is_python:
            return Verdict(True, "behaviour")
        if not await self.permitted():
            return Verdict(True, "behaviour", NOT_PERMITTED)
        bench = await self._open()
        await _write(bench, documents or {})
        return await same_behaviour(bench, comparison)

    async def runs(self, code: str, root: Path, documents: Mapping[Path, str]) -> Verdict:
        """Fail if a piece of code ends in an error, where it may be run; `root` is imported from.

        The evidence is `example`.
        """
        from gearshift.verify.example import ended_well

        if not await self.permitted():
            return Verdict(True, "example", NOT_PERMITTED)
        bench = await self._open()
        await _write(bench, documents)
        return await ended_well(bench, code, root)

    async def laid_out(self, file: Path, before: str, after: str) -> str:
        """Return a file's new text as the project's formatter leaves it, where it may be run."""
        from gearshift.verify.formatting import formatted

        if not await self.permitted():
            return after
        return await formatted(await self._open(), file, before, after)

    async def rechecked(
        self, change: Change, file: Path, diagnostics: Sequence[Diagnostic]
    ) -> Verdict:
        """Fail if a reported problem is still there or a new one came; types count for all.

        The evidence names what was asked again. Tools of the project are run where that is
        permitted.
        """
        from gearshift.verify.recheck import gone, rechecked, types_no_worse

        if change.language == "python":
            await asyncio.to_thread(getattr, change, "trees")
        found = gone(change, diagnostics) if diagnostics else Verdict(True, "recheck")
        if not found.passed or change.language != "python" or not await self.permitted():
            return found
        bench = await self._open()
        asked = await rechecked(bench, change, file, diagnostics)
        if not asked.passed:
            return asked
        typed = await types_no_worse(bench, change, file)
        if not typed.passed:
            return typed
        evidence = (*found.evidence, *asked.evidence, *typed.evidence)
        return Verdict(True, "recheck", asked.detail, evidence)

    async def _open(self, language: str = "python") -> Workbench:
        if self._bench is None:
            self._bench = await (await self._bench_for(language)).__aenter__()
        return self._bench

    async def _bench_for(self, language: str) -> Workbench:
        """Return a bench that is not opened yet, for one language's command."""
        from gearshift.verify.environment import environment_of
        from gearshift.verify.isolation import Limits
        from gearshift.verify.workbench import Workbench

        assert self.project is not None
        custom = self.settings.test_command.get(language)
        environment = await asyncio.to_thread(environment_of, self.project, custom)
        limits = Limits(wall_seconds=self.settings.timeout_seconds)
        return Workbench(self.project, environment, self.sandbox, limits, self.reason_to_withhold)

    async def close(self) -> None:
        """Throw the copy of the project away; nothing to do if there is none."""
        if self._bench is not None:
            bench, self._bench = self._bench, None
            await bench.__aexit__()


async def _write(bench: Workbench, documents: Mapping[Path, str]) -> None:
    for path, text in documents.items():
        await asyncio.to_thread(bench.write, path, text)


def compare(change: Change, checks: Sequence[CheckName]) -> Verdict:
    """Return the first failed check of `checks`, or a passed one with the evidence `static`."""
    for name in checks:
        verdict = CHECKS[name](change)
        if not verdict.passed:
            return verdict
    return Verdict(True, "static", evidence=("static",))
