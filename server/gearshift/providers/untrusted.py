"""Reading JSON that a server sent: what is not as expected becomes empty, never an exception."""

from __future__ import annotations

from typing import Any, cast


def table(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def count(value: object) -> int:
    """Return `value` if it is a positive whole number, else 0."""
    return value if isinstance(value, int) and value > 0 else 0


def string(value: object) -> str:
    """Return `value` if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""
