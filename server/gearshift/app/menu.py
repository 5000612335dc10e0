"""What can be done at a place, as the editor lists it; no model is asked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gearshift.reading.passing import in_passing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.actions.menu import Offer
    from gearshift.app import App
    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.text import Range

MOST_LINES = 2_000
"""Of a document whose menu is made at once, in some 20 ms."""


class Menu:
    """Lists the actions that the settings allow, each with what it may cost."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def offers(
        self, uri: str, span: Range, diagnostics: Sequence[Diagnostic], only: Sequence[str]
    ) -> tuple[Offer, ...]:
        """Return what can be done at `span`; of a long document none if it changes meanwhile."""
        from gearshift.actions.menu import offers
        from gearshift.app.preflight import priced

        snapshot = self._app.documents.snapshot(uri)
        self._app.nearby.diagnosed(snapshot, diagnostics)
        listing = partial(offers, snapshot, span, diagnostics, only)
        if len(snapshot.lines) <= MOST_LINES:
            found = listing()
        else:
            found = await in_passing(listing)
            if not self._app.documents.is_current(snapshot):
                return ()
        allowed = self._app.settings.tasks
        return priced(self._app, [o for o in found if allowed.get(o.task) is not False])
