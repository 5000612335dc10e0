"""What is counted of suggestions: each once, whether the editor tells it or it is inferred."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Counts:
    """Counts by name (`shown`, `accepted`, …); what an editor tells itself is not inferred."""

    def __init__(self, count: Callable[[str], None]) -> None:
        self._count = count
        self._told: set[str] = set()
        self._inferred: set[str] = set()
        """Names of which the latest count was inferred, and may yet be told."""

    def tell(self, name: str) -> None:
        """Count what the editor said; the first time it may be what was just inferred."""
        self._told.add(name)
        if name in self._inferred:
            self._inferred.discard(name)
        else:
            self._count(name)

    def infer(self, name: str) -> None:
        """Count what the edits say, unless this editor says it in words."""
        if name not in self._told:
            self._inferred.add(name)
            self._count(name)
