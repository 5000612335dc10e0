"""The life of the process: `initialized`, settings, status, cancellation, `shutdown`, `exit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.lsp.configuration import pull, take
from gearshift.lsp.guard import reading_params
from gearshift.lsp.short.message import dig

if TYPE_CHECKING:
    from gearshift.lsp.session import Session


def initialized(session: Session, params: Any) -> None:
    """The editor is ready for requests of ours."""
    session.greet()


def did_change_configuration(session: Session, params: Any) -> None:
    """Take pushed settings whole; an empty push means: ask for them."""
    settings = dig(params, "settings")
    session.run_task(take(session, settings) if settings else pull(session))


def cancel_request(session: Session, params: Any) -> None:
    """Stop a request; one in the same burst as its cancellation never starts."""
    with reading_params:
        request_id = params["id"]
    task = session.requests.get(request_id)
    if task is not None:
        task.cancel()
    else:
        session.cold.cancel(request_id)


async def status(session: Session, params: Any) -> dict[str, Any]:
    """The payload of the notification, now: status bars ask for it before any other request."""
    return await session.app.status()


async def shutdown(session: Session, params: Any) -> None:
    """Stop all work in flight; answered when it has stopped."""
    await session.shut_down()


def exit_process(session: Session, params: Any) -> None:
    """End: code 0 after `shutdown`, 1 without, as the protocol says."""
    session.leave(0 if session.is_shut_down else 1)
