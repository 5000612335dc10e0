"""The watch over quota windows: shifts remembered, thresholds warned of where no shift says it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from gearshift.quota.warnings import QuotaWarnings
from gearshift.quota.windows import pressing

if TYPE_CHECKING:
    from gearshift.app import App
    from gearshift.routing.gears import Shift

N_KEPT = 10


class QuotaWatch:
    """The latest shifts, and one warning for each window and threshold."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._warnings = QuotaWarnings()
        self._has_shifted = False
        self.shifts: deque[tuple[float, Shift]] = deque(maxlen=N_KEPT)
        """Unix time and shift, the latest last; questions are not among them."""

    def shifted(self, shift: Shift) -> None:
        """Take note of a shift, or a question about one: the user is told by it."""
        # A shift upwards says nothing of a window that presses.
        self._has_shifted = shift.new != "full"
        if not shift.is_question:
            self.shifts.append((self._app.clock.time(), shift))

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
