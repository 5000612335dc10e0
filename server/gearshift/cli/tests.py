"""`gearshift tests PATH…`: tests for many symbols, one after another, with a cap and reports."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.cli.exits import BUDGET, DONE, FINDINGS, code_of_end
from gearshift.cli.worklist import Job
from gearshift.core.errors import ProviderError, SettingsError
from gearshift.core.results import TaskFinished

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from gearshift.app import App
    from gearshift.cli.buffers import BufferEditor


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what to test, what it may cost, and where the result goes."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a folder, a file, or FILE:LINE")
    since = parser.add_mutually_exclusive_group()
    since.add_argument("--changed", action="store_true", help="only what differs from HEAD")
    since.add_argument("--since", metavar="REV", help="only what differs from a git revision")
    parser.add_argument("--budget", type=float, metavar="USD", help="begin nothing past this cost")
    delivery = parser.add_mutually_exclusive_group()
    delivery.add_argument("--diff", action="store_true", help="print the tests (the default)")
    delivery.add_argument("--apply", action="store_true", help="write the tests to their files")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the results as JSON")
    form.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML (`-`: print it)")
    form.add_argument("--sarif", type=Path, metavar="FILE", help="write SARIF (`-`: print it)")
    parser.add_argument("--model", metavar="NAME", help="a named model, for these alone")
    parser.add_argument(
        "--run",
        choices=("ask", "always", "never"),
        help="whether tests may be run; without a terminal nobody can be asked",
    )
    parser.epilog = (
        "Only tests that pass five times, raise coverage and kill a mutant are offered. "
        "Code 1: some symbol got none, or a test shows a bug; 3: the budget was reached."
    )


def run(arguments: Namespace) -> int:
    """Write the tests; return the exit code."""
    from gearshift.cli.headless import run_to_end

    if not arguments.paths and not (arguments.changed or arguments.since):
        raise SettingsError("Name what to test: PATH, or --changed, or --since REV.")
    check_budget(arguments.budget)
    return run_to_end(_run(arguments))


def check_budget(usd: float | None) -> None:
    """Raise SettingsError for a budget that is none."""
    if usd is not None and usd < 0:
        raise SettingsError("A budget can't be less than nothing.")


@dataclass(slots=True)
class Result:
    """What became of one symbol."""

    job: Job
    finished: TaskFinished | None = None
    """None: it was not begun."""


@dataclass(slots=True)
class Batch:
    """All symbols of one command, and why it ended early, if it did."""

    results: list[Result] = field(default_factory=list[Result])
    stopped: str | None = None
    code: int = DONE
    """The exit code of that end."""

    @property
    def usd(self) -> float | None:
        """What was spent; None: for some request the price is not known."""
        costs = [a.usd for r in self.results if r.finished for a in r.finished.attempts]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    @property
    def exit_code(self) -> int:
        """The code of the command."""
        if self.stopped:
            return self.code
        codes = {code_of_end(r.finished) if r.finished else FINDINGS for r in self.results}
        return max(codes, default=DONE)


async def _run(arguments: Namespace) -> int:
    import asyncio

    from gearshift.cli.buffers import BufferEditor
    from gearshift.cli.headless import engine
    from gearshift.cli.tests_report import written

    jobs = await asyncio.to_thread(_jobs, arguments)
    if not jobs:
        print("gearshift: nothing to test there.", file=sys.stderr)
    is_quiet = arguments.json or str(arguments.junit or arguments.sarif) == "-"
    editor = BufferEditor("apply" if arguments.apply else "diff", is_quiet=is_quiet)
    batch = Batch([Result(job) for job in jobs])
    if jobs:
        options = {"verify": {"run": arguments.run}} if arguments.run else None
        async with engine(editor, jobs[0].file, options, asks_models=True) as app:
            editor.app = app
            await _work(app, editor, batch, arguments)
    report = written(batch, editor.gathered, arguments)
    if report:
        print(report, end="")
    elif not arguments.apply:
        print("".join(file.diff for file in editor.gathered), end="")
    sys.stdout.flush()
    _sum_up(batch, editor)
    return batch.exit_code


def _jobs(arguments: Namespace) -> list[Job]:
    from gearshift.cli.changes import changed_lines
    from gearshift.cli.worklist import jobs

    changed = None
    if arguments.changed or arguments.since:
        first = Path(arguments.paths[0]) if arguments.paths else Path.cwd()
        folder = first if first.is_dir() else first.absolute().parent
        changed = changed_lines(folder, arguments.since or "HEAD")
    return jobs(arguments.paths, changed)


async def _work(app: App, editor: BufferEditor, batch: Batch, arguments: Namespace) -> None:
    """Do the jobs in order until all are done, or the money or the models run out."""
    for number, result in enumerate(batch.results, 1):
        if arguments.budget is not None and (why := _spent(batch, arguments.budget)):
            batch.stopped, batch.code = why, BUDGET
            return
        print(f"[{number}/{len(batch.results)}] {_place(result.job)}", file=sys.stderr)
        left = None if arguments.budget is None else arguments.budget - (batch.usd or 0.0)
        finished = await _one(app, editor, result.job, arguments.model, left)
        result.finished = finished
        print("\n".join(_account(finished)), file=sys.stderr, flush=True)
        if _is_last(finished):
            batch.stopped, batch.code = finished.reason, code_of_end(finished)
            return


def _is_last(finished: TaskFinished) -> bool:
    """Whether the next symbol would end like this one.

    A model that could not be asked after another's draft is no such end: the other still answers.
    """
    if code_of_end(finished) == BUDGET or isinstance(finished.cause, SettingsError):
        return True
    return finished.outcome == "failed" and isinstance(finished.cause, ProviderError)


def _spent(batch: Batch, budget: float) -> str | None:
    """Return why the budget allows nothing more; None: it does."""
    from gearshift.metrics.report import money

    spent = batch.usd
    if spent is None:
        return "The price of the model is not known, so the budget can't be kept."
    if spent >= budget:
        return f"The budget of {money(budget)} is reached: {money(spent)} were spent."
    return None


async def _one(
    app: App, editor: BufferEditor, job: Job, model: str | None, left: float | None
) -> TaskFinished:
    from gearshift.app.requests import TaskRequest
    from gearshift.cli.headless import open_file
    from gearshift.core.text import Position, Range

    uri = open_file(app, editor, job.file)
    place = Range.at(Position(job.line, job.column))
    request = TaskRequest(task="tests", uri=uri, range=place, model=model, most_usd=left)
    return await app.run_task(request)


def _place(job: Job) -> str:
    return f"{job.file}:{job.line + 1} {job.name}"


def _account(finished: TaskFinished) -> list[str]:
    from gearshift.cli.words import attempt_words

    said = finished.summary if finished.outcome == "applied" else finished.reason
    evidence = f" ({', '.join(finished.evidence)})" if finished.evidence else ""
    label = f"{finished.label}{evidence}" if finished.outcome == "applied" else finished.outcome
    lines = [f"  {label}: {said or 'done'}"]
    lines += [f"  finding  {found.severity}: {found.message}" for found in finished.findings]
    return lines + [f"  attempt  {attempt_words(attempt)}" for attempt in finished.attempts]


def _sum_up(batch: Batch, editor: BufferEditor) -> None:
    from gearshift.metrics.report import money

    ends = [result.finished for result in batch.results if result.finished]
    offered = sum(end.outcome == "applied" for end in ends)
    bugs = sum(len(end.findings) for end in ends)
    parts = [f"{offered} of {len(batch.results)} symbols got tests", money(batch.usd)]
    parts += [f"{bugs} possible {'bug' if bugs == 1 else 'bugs'} found"] if bugs else []
    if editor.gathered and editor.delivery == "diff":
        parts.append("nothing written; add --apply for that")
    print("gearshift: " + ", ".join(parts) + ".", file=sys.stderr)
    if batch.stopped:
        print(f"gearshift: {batch.stopped}", file=sys.stderr)
