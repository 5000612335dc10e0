"""`gearshift/status` as a request: the payload of the notification, now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gearshift.lsp.session import Session


async def status(session: Session, params: Any) -> dict[str, Any]:
    """Return the status."""
    return await session.app.status()
