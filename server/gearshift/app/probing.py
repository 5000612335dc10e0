"""Measuring which prompt form a named model takes best; commands ask for it, the server never."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gearshift.core.tasks import Route

if TYPE_CHECKING:
    from collections.abc import Callable

    from gearshift.app import App
    from gearshift.completion.probe.measure import Measured

logger = logging.getLogger(__name__)
UNPROBED = frozenset({"scripted", "codex"})
"""Providers that take one form only: `scripted` reads its answers from a file, and a measurement
would use them up; `codex` spends the user's plan, in turns that can't be begun for the model."""


def inline_models(app: App) -> tuple[str, ...]:
    """Return the names of the models that serve completions and whose form can be measured."""
    settings = app.settings
    names = dict.fromkeys(settings.routing[task] for task in ("inline", "completion"))
    return tuple(
        name
        for name in names
        if name in settings.models and settings.models[name].provider not in UNPROBED
    )


async def probe(app: App, name: str, tell: Callable[[int, int], None]) -> Measured:
    """Measure a named model and keep the result; every request passes gate and ledger.

    `tell` hears the holes done and their number. Raises what asking the model raises.
    """
    from gearshift.completion.probe.measure import measure

    reason = "measures which prompt form the model takes best"
    route = Route("inline", name, "full" if name == "full" else "mini", "full", reason)
    measured = await measure(app.supply.metered(route, ()), app.clock, tell)
    if measured.form is not None:
        try:
            app.supply.models.measured(name, measured.form)
        except OSError as error:
            logger.warning("the measured form of %s was not kept: %s", name, error)
    return measured
