"""Messages about sources that fail: one a minute for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from tests.support.clock import ManualClock

from gearshift.app.notices import Notices

if TYPE_CHECKING:
    from gearshift.core.editor import Editor

DOWN = "llamacpp at http://127.0.0.1:1 failed (500); it may work again in a moment."


class Screen:
    """Keeps the messages that an editor would show."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def notify(self, severity: str, message: str) -> None:
        del severity
        self.shown.append(message)


@pytest.mark.parametrize(
    ("second", "seconds", "n_shown"),
    [
        pytest.param(DOWN, 59, 1, id="the same within a minute"),
        pytest.param(DOWN, 60, 2, id="the same after a minute"),
        pytest.param(f"Local gear. {DOWN}", 1, 1, id="another message of the same cause"),
        pytest.param("Nothing answers at http://127.0.0.1:1.", 1, 2, id="another cause"),
    ],
)
def test_a_cause_is_told_once_a_minute(second: str, seconds: float, n_shown: int) -> None:
    screen, clock = Screen(), ManualClock()
    notices = Notices(cast("Editor", screen), clock)
    notices.tell("warning", DOWN, DOWN)
    clock.pass_seconds(seconds)
    notices.tell("warning", second, second)
    assert len(screen.shown) == n_shown


def test_a_wait_that_counts_down_is_one_cause() -> None:
    screen, clock = Screen(), ManualClock()
    notices = Notices(cast("Editor", screen), clock)
    for seconds in (300, 299, 250):
        text = f"mistral asks to wait {seconds} s before the next request."
        notices.tell("error", text, text)
    assert screen.shown == ["mistral asks to wait 300 s before the next request."]
