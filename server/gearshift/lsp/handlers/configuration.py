"""`workspace/didChangeConfiguration`: settings pushed by the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.lsp.configuration import pull, take

if TYPE_CHECKING:
    from gearshift.lsp.session import Session


async def did_change_configuration(session: Session, params: Any) -> None:
    """Take pushed settings whole; an empty push means: ask for them."""
    if params.settings:
        await take(session, params.settings)
    else:
        await pull(session)
