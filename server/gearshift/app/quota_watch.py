"""The watch over quota windows: shifts noted, thresholds warned of where no shift says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.quota import PastShift
from gearshift.quota.warnings import QuotaWarnings
from gearshift.quota.windows import pressing

if TYPE_CHECKING:
    from gearshift.app import App
    from gearshift.routing.gears import Shift


class QuotaWatch:
    """Notes shifts, and gives one warning for each window and threshold."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._warnings = QuotaWarnings()
        self._has_shifted = False

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
