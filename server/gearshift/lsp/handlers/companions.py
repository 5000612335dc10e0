"""Copilot-shaped companions of inline completion: shown, accepted in part, focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gearshift.lsp.session import Session


def did_show(session: Session, params: Any) -> None:
    """A suggestion was seen."""
    session.app.count("shown")


def did_accept_part(session: Session, params: Any) -> None:
    """A word or a line of a suggestion was taken."""
    session.app.count("accepted_part")


def did_focus(session: Session, params: Any) -> None:
    """Another document has the focus; accepted, since Copilot's clients send it."""
