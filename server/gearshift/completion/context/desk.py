"""Where sources look things up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gearshift.workspace.library import Library
from gearshift.workspace.lookup import Lookup


def never() -> bool:
    """Return that there is time left."""
    return False


@dataclass(frozen=True, slots=True)
class Desk:
    """What sources look things up in."""

    library: Library
    lookup: Lookup
    is_late: Callable[[], bool] = never
    """Whether the time is over; asked between files."""
