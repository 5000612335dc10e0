"""The ages at which accepted lines are looked at again, and the names they are counted by."""

from __future__ import annotations

AGES = (30, 120, 300, 600)
"""Seconds after a suggestion was accepted."""
ACCEPTED_LINES = "accepted_lines"


def watched(age: int) -> str:
    """Return the counter of accepted lines that could be looked at again at an age."""
    return f"watched_lines_{age}"


def kept(age: int) -> str:
    """Return the counter of those that were still there."""
    return f"kept_lines_{age}"
