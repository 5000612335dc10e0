"""What the user is told of gears and sources: each shift once, each loss once, the last trouble."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from gearshift.core.errors import ContextTooLong

if TYPE_CHECKING:
    from gearshift.app import App
    from gearshift.core.model import Model
    from gearshift.routing.gears import Shift

logger = logging.getLogger(__name__)
SHIFT, KEEP = "Shift", "Keep"


class Announcements:
    """Turns what happens to gears and sources into messages and the status's sentence."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.latest = ""
        """The latest shift, in words."""
        self.trouble: str | None = None
        """The last provider's or budget's error, until a request succeeds."""

    def say(self, text: str) -> None:
        """Show a sentence in the status."""
        self.latest = text
        self._app.on_status()

    def degraded(self, error: Exception) -> None:
        """Note that a model could not serve; the status shows it, no message pops up."""
        if isinstance(error, ContextTooLong):
            return  # the text's fault: the model serves
        self.trouble = str(error)
        self._app.on_status()

    def ended(self, model: Model, error: BaseException | None) -> None:
        """Take note of how a request ended; tell of a source that is lost with it."""
        opened = self._app.gearing.ended(model, error)
        if opened is not None:
            text = f"{opened.reason} It is asked again from time to time, and used once it answers."
            self._app.notices.tell("warning", text, opened.reason)
        if error is None:
            self.trouble = None
        self._app.observe_soon()

    def shifted(self, shift: Shift) -> None:
        """Tell of a shift, or ask about it."""
        logger.info("shift from %s to %s: %s", shift.old, shift.new, shift.reason)
        self._app.watch.shifted(shift)
        if shift.is_question:
            self._app.background.run(self._ask(shift))
        else:
            self.say(shift.reason)
            self._tell(shift)
        self._app.on_status()

    def _tell(self, shift: Shift) -> None:
        lost = self._app.gearing.lost
        if lost is not None and shift.new == "local":
            self._app.notices.tell("info", shift.reason, lost.reason)
        elif shift.old != "local" or shift.new != "full":
            self._app.editor.notify("info", shift.reason)
        # A source that is back again is seen in the status; nobody is interrupted for it.

    async def _ask(self, shift: Shift) -> None:
        if await self._app.editor.ask(shift.reason, (SHIFT, KEEP)) == SHIFT:
            self._app.gearing.agree()
