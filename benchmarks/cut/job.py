"""One request to the model, by whichever arm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked, and when the reply is long enough."""

    arm: str
    prompt: str
    beginning: str
    """What the model has to say first; it is taken off the reply."""
    max_tokens: int
    is_enough: Callable[[str], bool]
