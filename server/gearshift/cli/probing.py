"""The measurement of prompt forms as commands show it: a bar, then one line a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.errors import BudgetReached, GearshiftError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.app import App
    from gearshift.completion.probe.measure import Measured


async def measured(app: App, name: str) -> Measured:
    """Measure a named model with a bar on stderr where that is a terminal.

    Raises GearshiftError when the model can't be asked.
    """
    from gearshift.app.probing import probe
    from gearshift.cli.terminal import TerminalEditor

    bar = await TerminalEditor().start_progress(f"How is {name} asked best?", "probe")
    try:
        return await probe(
            app,
            name,
            lambda done, total: bar.report(
                f"How is {name} asked best? Hole {done + 1} of {total}", done * 100 // total
            ),
        )
    finally:
        bar.end("")


def words(model: str, result: Measured) -> str:
    """Return a measurement in one line: `qwen: fill 9/12, prefill 3/7 → fill`."""
    scores = ", ".join(
        f"{form} {score.solved}/{score.asked}" for form, score in result.scores.items()
    )
    if result.form is not None:
        return f"{model}: {scores} → {result.form}"
    return f"{model}: {scores}: {result.reason}" if scores else f"{model}: {result.reason}"


async def probe_shown(app: App, names: Sequence[str]) -> None:
    """Measure named models one after another; what fails is told and is no failure of the command.

    Without a measurement the catalogue's guess counts, so nothing is lost.
    """
    for name in names:
        model = app.settings.models[name].model or name
        try:
            print(words(model, await measured(app, name)), flush=True)
        except BudgetReached as error:
            print(f"{model}: how it is asked best was not measured: {error}", flush=True)
            return
        except GearshiftError as error:
            print(f"{model}: how it is asked best was not measured: {error}", flush=True)
