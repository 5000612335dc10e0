"""What went on of late in the App and in the ledger, gathered for `metrics`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gearshift.metrics.activity import requests_payload, shifts_payload, spend_payload
from gearshift.metrics.report import read_periods

if TYPE_CHECKING:
    from gearshift.app import App


async def requests(app: App, limit: int) -> dict[str, Any]:
    """Return the latest `limit` requests of all windows, latest first."""
    return requests_payload(await app.ledger.recent(limit))


async def spend(app: App, n_days: int) -> dict[str, Any]:
    """Return use by day, and by task and model for today and the last 7 and 30 days."""
    from gearshift.quota.notes import day_of

    now = app.clock.time()
    periods = await read_periods(app.ledger, day_of(now) / 1000, now)
    return spend_payload(await app.ledger.days(n_days), periods)


async def shifts(app: App, limit: int) -> dict[str, Any]:
    """Return the announced changes of gear of all windows, latest first."""
    return shifts_payload(await app.ledger.shifts(limit))


def keys(app: App) -> dict[str, Any]:
    """Return the variables that keys are looked for in, those of configured models first.

    Whether a variable is set is told, never what it holds.
    """
    from gearshift.providers import PROVIDERS

    users: dict[str, list[str]] = {}
    for name, model in app.settings.models.items():
        row = PROVIDERS.get(model.provider)
        variable = model.api_key_env or (row.key_variable if row else None)
        if variable:
            users.setdefault(variable, []).append(name)
    for row in PROVIDERS.values():
        if row.key_variable:
            users.setdefault(row.key_variable, [])
    return {
        "keys": [
            {"variable": variable, "models": names, "isSet": bool(os.environ.get(variable))}
            for variable, names in users.items()
        ]
    }
