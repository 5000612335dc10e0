"""The watch over quota windows: shifts noted, thresholds warned of where no shift says it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from gearshift.core.quota import PastShift
from gearshift.quota.warnings import QuotaWarnings
from gearshift.quota.windows import pressing

if TYPE_CHECKING:
    from gearshift.app import App
    from gearshift.routing.gears import Shift


OBSERVE_SECONDS = 0.25
"""The status, sent four times a second at most, follows a request that has ended so much later."""


class QuotaWatch:
    """Looks when something changed, notes shifts, warns once for each window and threshold."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._warnings = QuotaWarnings()
        self._has_shifted = False
        self._looking: asyncio.Task[None] | None = None
        self._is_behind = False
        """Whether something changed since the last look began."""

    def look_soon(self) -> None:
        """Look at windows and sources soon; many calls make one look, and none is missed by it."""
        self._is_behind = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._observe())

    def stop(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()

    async def _observe(self) -> None:
        app = self._app
        while self._is_behind:
            # With budgets at once: the next request may pass a second threshold.
            await asyncio.sleep(0 if app.settings.quota.budgets else OBSERVE_SECONDS)
            self._is_behind = False
            await app.gearing.observe()
            self.look()
            app.on_status()

    def shifted(self, shift: Shift) -> None:
        """Take note of a shift, or a question about one: the user is told by it."""
        # A shift upwards says nothing of a window that presses.
        self._has_shifted = shift.new != "full"
        if not shift.is_question:
            now = self._app.clock.time()
            self._app.ledger.record_shift(PastShift(now, shift.old, shift.new, shift.reason))

    def look(self) -> None:
        """Warn of windows that passed a threshold since the last look."""
        app = self._app
        told = pressing(app.gearing.settled) if self._has_shifted else None
        self._has_shifted = False
        now = app.clock.time()
        for warned in self._warnings.observe(app.gearing.settled, app.settings.quota, now):
            window = warned.window
            app.on_quota_warning(warned)
            if told and (window.source, window.label) == (told.source, told.label):
                continue  # the announcement of the shift has just said so
            app.editor.notify("warning", warned.text)
