"""The status of the App, gathered for `metrics`: state, gear, models, windows, today."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from gearshift.metrics.status import State, Status

if TYPE_CHECKING:
    from gearshift.app import App


SHIFTS = 10
"""The latest changes of gear on the page."""


async def gather(app: App) -> Status:
    """Return the status as it is now."""
    box = app.gearing.box
    assert box is not None
    models, quota = app.settings.models, app.settings.quota
    return Status(
        state=_state(app),
        gear=box.gear,
        override=box.override,
        message=_message(app),
        models={name: model.model or model.provider for name, model in models.items()},
        windows=await app.gearing.look(),
        today=await app.ledger.today(),
        warn_percent=quota.warn_percent,
        switch_percent=quota.switch_percent,
    )


async def page(app: App) -> str:
    """Return the status as a page in Markdown."""
    from gearshift.metrics.page import status_page
    from gearshift.quota.notes import day_of

    app.configuration.catalogue()  # for what it says of shutdowns
    now = app.clock.time()
    spend = await app.ledger.spend((day_of(now) - 1) / 1000)
    return status_page(await gather(app), spend, await app.ledger.shifts(SHIFTS), now)


def _state(app: App) -> State:
    if not app.settings.models:
        return "setup"
    if app.is_paused:
        return "paused"
    if app.n_running:
        return "busy"
    if app.gearing.is_offline:
        return "offline"
    # An answer of one model ends the trouble, and says nothing of another that is lost.
    return "degraded" if _trouble(app) or app.gearing.lost else "ready"


def _message(app: App) -> str:
    if not app.settings.models:
        return "No model is set up; run `gearshift setup`, it takes a minute."
    return _trouble(app) or app.announcements.latest or _retirement(app)


def _trouble(app: App) -> str | None:
    return app.announcements.trouble or app.ledger.trouble


def _retirement(app: App) -> str:
    """Return a sentence on a configured model that is shut down soon; empty: there is none."""
    if not app.configuration.has_catalogue:
        return ""  # reading it would delay the first status
    from gearshift.routing.catalogue import retirement

    today, models = time.strftime("%Y-%m-%d", time.localtime(app.clock.time())), app.supply.models
    told = (retirement(app.settings.models[n].model, models.facts(n), today) for n in models.names)
    return next(filter(None, told), "")
