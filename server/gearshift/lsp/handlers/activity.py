"""`gearshift/requests`, `/spend`, `/shifts`, `/keys`: the data of a client's panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.app import activity
from gearshift.lsp.short.message import dig

if TYPE_CHECKING:
    from gearshift.lsp.session import Session

REQUESTS, MOST_REQUESTS = 50, 500
SHIFTS, MOST_SHIFTS = 50, 200
DAYS, MOST_DAYS = 30, 90
"""The ledger keeps sums by the hour for 90 days."""


async def requests(session: Session, params: Any) -> dict[str, Any]:
    """Return the latest requests to models."""
    return await activity.requests(session.app, _number(params, "limit", REQUESTS, MOST_REQUESTS))


async def spend(session: Session, params: Any) -> dict[str, Any]:
    """Return what was used by day, and by task and model."""
    return await activity.spend(session.app, _number(params, "days", DAYS, MOST_DAYS))


async def shifts(session: Session, params: Any) -> dict[str, Any]:
    """Return the latest changes of gear."""
    return await activity.shifts(session.app, _number(params, "limit", SHIFTS, MOST_SHIFTS))


def keys(session: Session, params: Any) -> dict[str, Any]:
    """Return the environment variables that keys are looked for in."""
    return activity.keys(session.app)


def _number(params: Any, name: str, usual: int, most: int) -> int:
    """Return a whole number of the params, from 1 to `most`; anything else is the usual one."""
    value = dig(params, name)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return max(1, min(value, most)) if is_whole else usual
