"""Messages about sources that fail: one a minute for each cause, however many requests meet it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.core.clock import Clock
    from gearshift.core.editor import Editor, Severity

MINUTE = 60.0
_WAIT = re.compile(r"\b\d+ s\b")
"""A stated wait counts down, so it does not tell two causes apart."""


class Notices:
    """Shows messages in the editor, and remembers which causes were told of late."""

    def __init__(self, editor: Editor, clock: Clock) -> None:
        self._editor = editor
        self._clock = clock
        self._told: dict[str, float] = {}

    def tell(self, severity: Severity, text: str, cause: str) -> None:
        """Show `text`, unless a message within the last minute was of a cause that it names."""
        now = self._clock.monotonic()
        self._told = {known: at for known, at in self._told.items() if now - at < MINUTE}
        plain = _WAIT.sub("", text)
        if any(known in plain for known in self._told):
            return
        self._told[_WAIT.sub("", cause)] = now
        self._editor.notify(severity, text)
