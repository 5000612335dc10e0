"""What can be done at a place: listed at once, no model asked, no file read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gearshift.actions import ACTIONS
from gearshift.actions.action import Action, Place
from gearshift.actions.target import target_at, whole_file
from gearshift.core.diagnostic import Diagnostic
from gearshift.core.tasks import Task
from gearshift.core.text import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.document import Snapshot

log = logging.getLogger(__name__)

MOST_CHARACTERS = 1_000_000
"""Of a document that actions are offered in: code that people write is shorter, and what parsers
do in one go with generated data would hold up the editor."""
SOURCE = "source."
"""Kinds for whole files, which editors ask for by name and show in a menu of their own."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of a menu."""

    action: str
    """Name of the action."""
    task: Task
    title: str
    kind: str
    range: Range
    """What to send back when it is chosen."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """For a quick fix: the one problem that it is for."""
    size: int = 0
    """Characters of what the action works on, for an estimate; 0: not known."""


def offers(
    snapshot: Snapshot,
    span: Range,
    diagnostics: Sequence[Diagnostic] = (),
    only: Sequence[str] | None = None,
) -> tuple[Offer, ...]:
    """Return what to offer for `span`, in the order of the menu.

    `only` keeps kinds that are equal to one of its members or lie below one. Without it, actions
    for whole files are left out.
    """
    if reason_against(snapshot) is not None:
        return ()
    try:
        here = Place(snapshot, target_at(snapshot, span), ())
    except Exception:
        log.exception("The place for actions in %s was not understood", snapshot.name)
        return ()
    file = Place(snapshot, whole_file(snapshot), ())
    found: list[Offer] = []
    for action in ACTIONS:
        found += _safely(action, here, file, span, diagnostics, only)
    return tuple(found)


def reason_against(snapshot: Snapshot) -> str | None:
    """Return why no action is offered in a document at all; None: some may be."""
    if sum(map(len, snapshot.lines)) <= MOST_CHARACTERS:
        return None
    return (
        f"{snapshot.name} is longer than {MOST_CHARACTERS:,} characters; "
        "move what you want changed to a file of its own."
    )


def _safely(
    action: Action,
    here: Place,
    file: Place,
    span: Range,
    diagnostics: Sequence[Diagnostic],
    only: Sequence[str] | None,
) -> list[Offer]:
    """Return an action's offers; its fault is logged and does not hide the others."""
    try:
        return _offers_of(action, here, file, span, diagnostics, only)
    except Exception:
        log.exception("The action %s could not be offered", action.name)
        return []


def _offers_of(
    action: Action,
    here: Place,
    file: Place,
    span: Range,
    diagnostics: Sequence[Diagnostic],
    only: Sequence[str] | None,
) -> list[Offer]:
    found: list[Offer] = []
    for kind in action.kinds:
        if not _wanted(kind, only):
            continue
        places = [file if kind.startswith(SOURCE) else here]
        if kind.startswith("quickfix"):
            places = [Place(here.snapshot, here.target, (d,)) for d in diagnostics]
        for place in places:
            if action.applies(place):
                where = place.diagnostics[0].range if place.diagnostics else span
                where = place.snapshot.whole if kind.startswith(SOURCE) else where
                title = action.title(place)
                size = len(place.target.text) if place.target else 0
                found.append(
                    Offer(
                        *(action.name, action.task, title, kind, where),
                        diagnostics=place.diagnostics,
                        size=size,
                    )
                )
    return found


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    if not only:
        return not kind.startswith(SOURCE)
    return any(kind == wanted or kind.startswith(f"{wanted}.") or not wanted for wanted in only)
