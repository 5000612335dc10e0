"""What the editor said is wrong in its documents, as far as it still stands there."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.diagnostic import Diagnostic
    from gearshift.core.document import Snapshot

DOCUMENTS = 8


class Problems:
    """The latest diagnostics of a few documents; editors tell them when they ask for actions."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, tuple[tuple[str, ...], tuple[Diagnostic, ...]]] = OrderedDict()

    def tell(self, snapshot: Snapshot, diagnostics: Sequence[Diagnostic]) -> None:
        """Keep what was said of this version, in place of what was said before."""
        self._told.pop(snapshot.uri, None)
        if diagnostics:
            self._told[snapshot.uri] = (snapshot.lines, tuple(diagnostics))
            if len(self._told) > DOCUMENTS:
                self._told.popitem(last=False)

    def of(self, snapshot: Snapshot) -> tuple[Diagnostic, ...]:
        """Return those whose line still reads as it did."""
        lines, diagnostics = self._told.get(snapshot.uri, ((), ()))
        return tuple(d for d in diagnostics if _stands(d.range.start.line, lines, snapshot.lines))

    def forget(self, uri: str) -> None:
        """Let go of a document that was closed."""
        self._told.pop(uri, None)


def _stands(line: int, told: Sequence[str], now: Sequence[str]) -> bool:
    return line < min(len(told), len(now)) and told[line] == now[line]
