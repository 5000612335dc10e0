"""`gearshift eval`: what the configured models make of built-in tasks, in a table."""

from __future__ import annotations

import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from gearshift.cli.exits import BUDGET, DONE, code_of
from gearshift.core.errors import BudgetReached, GearshiftError, SettingsError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from gearshift.app import App
    from gearshift.cli.evaluation.measure import Bench, Item, Row
    from gearshift.cli.evaluation.samples import Sample
    from gearshift.completion.probe.holes import KnownHole
    from gearshift.core.model import Usage
    from gearshift.core.tasks import Task

TASKS: tuple[Task, ...] = ("inline", "tests", "refactor")
RUN_SECONDS = 60.0
"""Longest run of a filled hole or a rewritten sample."""
MOST_INPUT, MOST_OUTPUT = 900, 400
"""Tokens of one request about a sample, rather too many: tests for a function of that size took 220
and 137 (the demo)."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare which models and tasks, how many, and the form of the result."""
    parser.add_argument("--task", action="append", choices=TASKS, help="may be given again")
    parser.add_argument("--model", action="append", metavar="NAME", help="of the settings; again")
    parser.add_argument("--limit", type=int, metavar="N", help="tasks of each kind (default: all)")
    parser.add_argument("--estimate", action="store_true", help="say what it may cost, ask nothing")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.epilog = (
        "Holes in small files are filled and what fills them is run; small functions are given "
        "tests or rewritten, with all checks. Everything runs in a sandbox. Without --model, "
        "completions are asked of the model that serves them, the rest of mini and full."
    )


def run(arguments: Namespace) -> int:
    """Measure; return the exit code."""
    from gearshift.cli.headless import run_to_end

    if arguments.limit is not None and arguments.limit < 1:
        raise SettingsError("--limit is the number of tasks of each kind: 1 or more.")
    return run_to_end(_run(arguments))


class Evaluation:
    """The rows of one command, and what kept some of them from their end."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.lost: dict[str, GearshiftError] = {}
        """Why models could not be asked to the end, by name."""

    @property
    def exit_code(self) -> int:
        """3 where a budget ended it, else that of an error if nothing was measured."""
        if any(isinstance(error, BudgetReached) for error in self.lost.values()):
            return BUDGET
        if any(row.items for row in self.rows):
            return DONE
        return next((code_of(error) or DONE for error in self.lost.values()), DONE)


async def _run(arguments: Namespace) -> int:
    import tempfile

    from gearshift.cli.evaluation.samples import SAMPLES
    from gearshift.cli.headless import engine
    from gearshift.cli.terminal import TerminalEditor

    editor = TerminalEditor(is_quiet=arguments.json)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gearshift-eval-")))
        from gearshift.cli.evaluation.measure import write_project

        write_project(folder, SAMPLES)
        app = await stack.enter_async_context(
            engine(editor, folder / SAMPLES[0].file, asks_models=True)
        )
        app.makes_edits = False
        evaluation = Evaluation(_rows(app, arguments))
        print(f"gearshift: {_estimate(app, evaluation.rows, arguments.limit)}", file=sys.stderr)
        if not arguments.estimate:
            bench = await _bench(app, editor, folder, stack)
            await _measure(bench, evaluation, arguments.limit)
    if not arguments.estimate:
        _print(evaluation, is_json=arguments.json)
    return evaluation.exit_code


def _rows(app: App, arguments: Namespace) -> list[Row]:
    """Return an empty row for each task and model. Raises SettingsError for an unknown model."""
    from gearshift.cli.evaluation.measure import Row

    known = app.settings.models
    for name in arguments.model or ():
        if name not in known:
            names = ", ".join(f"`{each}`" for each in known)
            raise SettingsError(f"There is no model `{name}` in the settings; there is {names}.")
    rows: list[Row] = []
    for task in TASKS:
        if arguments.task and task not in arguments.task:
            continue
        usual = [app.supply.route(task).model] if task == "inline" else ["mini", "full"]
        names = arguments.model or [name for name in usual if name in known] or list(known)[:1]
        rows += [Row(task, name, known[name].model or name) for name in dict.fromkeys(names)]
    return rows


def _jobs(task: Task, limit: int | None) -> Sequence[KnownHole | Sample]:
    from gearshift.cli.evaluation.samples import SAMPLES
    from gearshift.completion.probe.holes import HOLES

    if task == "inline":
        return HOLES[:limit]
    return [sample for sample in SAMPLES if sample.task == task][:limit]


def _estimate(app: App, rows: list[Row], limit: int | None) -> str:
    """Return in words what all of it may take at most, and what that costs."""
    from gearshift.metrics.report import money
    from gearshift.routing.catalogue import usd

    costs: dict[str, float | None] = {}
    tokens = 0
    for row in rows:
        usage = _most(row.task, len(_jobs(row.task, limit)))
        tokens += usage.input + usage.output
        cost = usd(app.supply.models.facts(row.name), usage)
        before = costs.get(row.name, 0.0)
        costs[row.name] = None if before is None or cost is None else before + cost
    each = ", ".join(f"{name} {'free' if c == 0 else money(c)}" for name, c in costs.items())
    return f"at most about {tokens:,} tokens: {each}."


def _most(task: Task, count: int) -> Usage:
    """Return what `count` tasks of a kind take where every draft has to be corrected."""
    from gearshift.actions.draft import REPAIRS
    from gearshift.completion.probe.measure import LIMITS
    from gearshift.core.model import Usage

    if task == "inline":
        return Usage(count * LIMITS.prompt_tokens, output=count * LIMITS.max_tokens)
    asked = count * (REPAIRS + 1)
    return Usage(asked * MOST_INPUT, output=asked * MOST_OUTPUT, is_estimate=True)


async def _bench(app: App, editor: object, folder: Path, stack: AsyncExitStack) -> Bench:
    """Return the bench: what runs is built in or generated, and runs in the sandbox alone."""
    from gearshift.cli.evaluation.measure import Bench
    from gearshift.cli.terminal import TerminalEditor
    from gearshift.verify.environment import environment_of
    from gearshift.verify.isolation import Limits
    from gearshift.verify.workbench import Workbench

    assert isinstance(editor, TerminalEditor)
    if app.settings.verify.run == "never":
        return Bench(app, editor, folder, None)
    await app.configure({"verify": {"run": "always"}})
    limits = Limits(wall_seconds=RUN_SECONDS)
    work = Workbench(folder, environment_of(folder), app.heavy.sandbox, limits)
    return Bench(app, editor, folder, await stack.enter_async_context(work))


async def _measure(bench: Bench, evaluation: Evaluation, limit: int | None) -> None:
    """Fill the rows; a model that can't be asked is left out, a budget that is reached ends it."""
    for row in evaluation.rows:
        for job in _jobs(row.task, limit):
            if row.name in evaluation.lost:
                break
            print(f"gearshift: {row.task}, {row.name}: {job.name}", file=sys.stderr)
            try:
                row.items.append(await _one(bench, row, job))
            except BudgetReached as error:
                evaluation.lost[row.name] = error
                return
            except GearshiftError as error:
                evaluation.lost[row.name] = error


async def _one(bench: Bench, row: Row, job: KnownHole | Sample) -> Item:
    from gearshift.cli.evaluation.samples import Sample

    return await (bench.change(row, job) if isinstance(job, Sample) else bench.fill(row, job))


def _print(evaluation: Evaluation, *, is_json: bool) -> None:
    import json

    from gearshift.cli.evaluation.measure import as_json

    if is_json:
        lost = {name: str(error) for name, error in evaluation.lost.items()}
        rows = [as_json(row) for row in evaluation.rows]
        print(json.dumps({"rows": rows, "lost": lost}, indent=2, ensure_ascii=False))
        return
    print("\n".join(_table(evaluation.rows)))
    sys.stdout.flush()
    for row in evaluation.rows:
        for item in row.items:
            if not item.is_right:
                print(f"{row.task}, {row.name}, {item.name}: {item.reason}", file=sys.stderr)
    for name, error in evaluation.lost.items():
        print(f"gearshift: {name}: {error}", file=sys.stderr)


def _table(rows: list[Row]) -> list[str]:
    from gearshift.cli.words import seconds, tokens
    from gearshift.metrics.report import money

    cells = [("task", "model", "offered", "right", "tokens", "time", "cost")]
    for row in rows:
        count, right = len(row.items), row.n_right
        cells.append(
            (
                row.task,
                f"{row.name} ({row.model})",
                f"{row.n_offered} of {count}",
                "not run" if right is None else f"{right} of {count}",
                tokens(row.usage),
                seconds(row.seconds),
                money(row.usd),
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    padded = [[c.ljust(w) for c, w in zip(line, widths, strict=True)] for line in cells]
    return ["  ".join(line).rstrip() for line in padded]
