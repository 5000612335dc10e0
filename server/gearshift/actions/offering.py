"""Conditions and words that several actions share for being offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gearshift.actions.action import Place


def label(place: Place) -> str:
    """Return what to call the target in a title."""
    return place.target.label if place.target else "this code"


def is_code(place: Place) -> bool:
    """Whether there is a target in a language that can be parsed, so that a draft is checked."""
    from gearshift.languages.syntax import has_parser

    return place.target is not None and has_parser(place.snapshot.language)
