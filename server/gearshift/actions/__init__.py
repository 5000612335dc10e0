"""Heavy actions: the ordered table, and what of it is offered at a place."""

from __future__ import annotations

from gearshift.actions.action import Action
from gearshift.actions.add_types import ADD_TYPES
from gearshift.actions.api_reference import API_PAGE
from gearshift.actions.deduplicate import DEDUPLICATE
from gearshift.actions.document import DOCUMENT
from gearshift.actions.explain import EXPLAIN
from gearshift.actions.extract import EXTRACT
from gearshift.actions.fix import FIX
from gearshift.actions.generate_tests import GENERATE_TESTS
from gearshift.actions.handle_errors import HANDLE_ERRORS
from gearshift.actions.inline_symbol import INLINE_SYMBOL
from gearshift.actions.instruction import INSTRUCTION
from gearshift.actions.modernize import MODERNIZE
from gearshift.actions.move import MOVE
from gearshift.actions.readme import README
from gearshift.actions.rename import RENAME
from gearshift.actions.simplify import SIMPLIFY
from gearshift.actions.split import SPLIT

__all__ = ["ACTIONS", "Action", "action_named"]

ACTIONS: tuple[Action, ...] = (
    FIX,
    INSTRUCTION,
    SIMPLIFY,
    ADD_TYPES,
    MODERNIZE,
    HANDLE_ERRORS,
    EXTRACT,
    SPLIT,
    DEDUPLICATE,
    INLINE_SYMBOL,
    MOVE,
    RENAME,
    GENERATE_TESTS,
    DOCUMENT,
    README,
    API_PAGE,
    EXPLAIN,
)
"""In the order of the menu."""


def action_named(name: str) -> Action | None:
    """Return the action of that name; None: there is none."""
    return next((action for action in ACTIONS if action.name == name), None)
