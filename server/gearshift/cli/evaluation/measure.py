"""The measurement: built-in tasks given to one model, and judged by what their results do."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gearshift.core.errors import BudgetReached, ProviderError
from gearshift.core.model import Usage, WrappedModel, estimate_tokens, request_text
from gearshift.core.tasks import Task

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    from gearshift.app import App
    from gearshift.cli.evaluation.samples import Sample
    from gearshift.cli.terminal import TerminalEditor
    from gearshift.completion.probe.holes import KnownHole
    from gearshift.core.model import Chunk, Model, Request
    from gearshift.core.results import TaskFinished
    from gearshift.verify.workbench import Workbench

NOT_RUN = "`verify.run` is `never`, so nothing was run to judge it."


@dataclass(frozen=True, slots=True)
class Item:
    """What a model made of one task."""

    name: str
    is_offered: bool
    is_right: bool | None
    """None: it can't be told, since nothing may be run."""
    reason: str = ""
    """Why it was not offered, or is not right."""


@dataclass(slots=True)
class Row:
    """One model at the tasks of one kind."""

    task: Task
    name: str
    """The model's name in the settings."""
    model: str
    """The model itself."""
    items: list[Item] = field(default_factory=list[Item])
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    usd: float | None = 0.0
    """None: for some request the price is not known."""

    @property
    def n_offered(self) -> int:
        """Tasks for which something was offered."""
        return sum(item.is_offered for item in self.items)

    @property
    def n_right(self) -> int | None:
        """Offers that do what they should; None: nothing could be run to tell."""
        known = [item.is_right for item in self.items if item.is_offered]
        return None if None in known else sum(map(bool, known))

    def spend(self, usage: Usage, usd: float | None, seconds: float) -> None:
        """Count a request."""
        self.usage = Usage(
            self.usage.input + usage.input,
            cached=self.usage.cached + usage.cached,
            output=self.usage.output + usage.output,
            is_estimate=self.usage.is_estimate or usage.is_estimate,
        )
        self.usd = None if self.usd is None or usd is None else self.usd + usd
        self.seconds += seconds


class Counted(WrappedModel):
    """A model whose requests are counted into a row."""

    def __init__(self, model: Model, row: Row, app: App) -> None:
        super().__init__(model)
        self._row = row
        self._app = app

    async def stream(self, request: Request) -> AsyncGenerator[Chunk, None]:
        """Yield the answer of the model inside."""
        from gearshift.routing.catalogue import usd

        started, text, told = self._app.clock.monotonic(), list[str](), None
        try:
            async with aclosing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    text.append(chunk.text)
                    told = chunk.usage or told
                    yield chunk
        finally:
            asked = estimate_tokens(request_text(request))
            guess = Usage(asked, output=estimate_tokens("".join(text)), is_estimate=True)
            usage = told or guess
            seconds = self._app.clock.monotonic() - started
            self._row.spend(usage, usd(self.facts, usage), seconds)


class Bench:
    """What the tasks of one command share."""

    def __init__(
        self, app: App, editor: TerminalEditor, project: Path, work: Workbench | None
    ) -> None:
        """`project` is the sample project; no `work`: nothing may be run."""
        self.app = app
        self.editor = editor
        self.project = project
        self.work = work

    async def fill(self, row: Row, hole: KnownHole) -> Item:
        """Have the row's model fill a hole. Raises BudgetReached, ProviderError."""
        from gearshift.completion.engine import Engine
        from gearshift.completion.probe.measure import LIMITS
        from gearshift.core.suggestions import Skip
        from gearshift.core.text import Edit, apply_edits

        found = self.app.supply.route("inline", asked=row.name)
        model = Counted(self.app.supply.metered(found, (), row.name), row, self.app)
        result = await Engine().complete(hole.snapshot, hole.position, model, LIMITS)
        if isinstance(result, Skip):
            return Item(hole.name, is_offered=False, is_right=False, reason=result.reason)
        filled = apply_edits(hole.snapshot.text, (Edit(result.range, result.text),))
        why = await self._fault_of_hole(hole, filled, result.text)
        return Item(hole.name, is_offered=True, is_right=why == "", reason=why)

    async def _fault_of_hole(self, hole: KnownHole, filled: str, text: str) -> str:
        from gearshift.cli.evaluation.samples import HOLE_CHECKS

        check = HOLE_CHECKS.get(hole.name)
        if check and self.work is not None:
            return await self._fault(filled, check)
        answers = {answer.strip().split("\n")[0] for answer in (hole.parts[1], *hole.others)}
        first = text.strip().split("\n")[0]
        is_known = any(first.startswith(each) or each.startswith(first) for each in answers)
        return "" if first and is_known else f"`{first}` is not what belongs there."

    async def change(self, row: Row, sample: Sample) -> Item:
        """Run a heavy action on a sample. Raises BudgetReached, ProviderError."""
        n_before = len(self.editor.rewrites)
        finished = await self._finished(row, sample)
        for attempt in finished.attempts:
            row.spend(attempt.usage, attempt.usd, attempt.seconds)
        if isinstance(finished.cause, (BudgetReached, ProviderError)):
            raise finished.cause
        if finished.outcome != "applied":
            reason = finished.reason or finished.outcome
            return Item(sample.name, is_offered=False, is_right=False, reason=reason)
        after = next((r.after for r in self.editor.rewrites[n_before:]), "")
        is_right, why = await self._judged(sample, finished, after)
        return Item(sample.name, is_offered=True, is_right=is_right, reason=why)

    async def _finished(self, row: Row, sample: Sample) -> TaskFinished:
        from gearshift.app.requests import TaskRequest
        from gearshift.cli.headless import open_file
        from gearshift.core.text import Position, Range

        uri = open_file(self.app, self.editor, self.project / sample.file)
        place = Range.at(Position(0, len("def ")))
        request = TaskRequest(
            *(sample.task, uri, place, sample.action), model=row.name, keeps_budget=True
        )
        return await self.app.run_task(request)

    async def _judged(
        self, sample: Sample, finished: TaskFinished, after: str
    ) -> tuple[bool | None, str]:
        """Return whether an offer is right, and why not."""
        if self.work is None:
            return None, NOT_RUN
        if not sample.check:
            is_right = finished.label == "verified"
            return is_right, "" if is_right else finished.reason or "It was not verified."
        why = await self._fault(after, sample.check)
        return why == "", why

    async def _fault(self, text: str, check: str) -> str:
        """Run a file with the statements that judge it; return what went wrong, or nothing."""
        assert self.work is not None
        python = self.work.environment.command[0]
        ended = await self.work.run([python, "-c", f"{text}\n\n{check}\n"])
        if ended.code == 0:
            return ""
        lines = ended.output.strip().splitlines()
        return ended.stopped or (lines[-1] if lines else f"It ended with code {ended.code}.")


def write_project(folder: Path, samples: Sequence[Sample]) -> None:
    """Lay the sample project down in an empty folder."""
    (folder / "pyproject.toml").write_text('[project]\nname = "samples"\n', encoding="utf-8")
    for sample in samples:
        (folder / sample.file).write_text(sample.text, encoding="utf-8")
        if sample.tests:
            (folder / f"test_{sample.file}").write_text(sample.tests, encoding="utf-8")


def as_json(row: Row) -> dict[str, Any]:
    """Return a row in plain data; unknown numbers are None."""
    return {
        "task": row.task,
        "name": row.name,
        "model": row.model,
        "asked": len(row.items),
        "offered": row.n_offered,
        "right": row.n_right,
        "usage": {
            "input": row.usage.input,
            "cached": row.usage.cached,
            "output": row.usage.output,
        },
        "seconds": round(row.seconds, 1),
        "usd": row.usd,
        "items": [
            {"name": i.name, "offered": i.is_offered, "right": i.is_right, "reason": i.reason}
            for i in row.items
        ],
    }
