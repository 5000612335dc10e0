"""`window/workDoneProgress/cancel`: the user stops a heavy action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gearshift.lsp.session import Session


def cancel(session: Session, params: Any) -> None:
    """Cancel the task whose progress it is: its id is the token."""
    session.app.cancel_task(str(params.token))
