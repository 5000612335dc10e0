"""Someone who types statements where statements can stand, and asks at each key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.bench import places
from benchmarks.model import Seen

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benchmarks.editor import Document, Server

TYPED = "result = self.compute"
"""No character of it goes on with a reply, so that every completion needs the model."""


@dataclass(frozen=True)
class Completion:
    """One request of the editor, and that to the model if one was made for it."""

    asked: float
    answered: float
    seen: Seen | None

    @property
    def added(self) -> float:
        """The server's own part in seconds: to the model and back from it, or all."""
        if self.seen is None or self.seen.last is None:
            return self.answered - self.asked
        return (self.seen.arrived - self.asked) + max(0.0, self.answered - self.seen.last)


def type_statements(
    bench: Bench, server: Server, document: Document, n: int, seed: int, typed: str = TYPED
) -> list[Completion]:
    """Type statements in real places; return the completions at the first `n` characters."""
    asked: list[tuple[float, float]] = []
    bench.model.seen()
    while len(asked) < n:
        above, indent = places(document, 1, seed + len(asked))[0]
        _insert(server, document, above, "\n" + " " * indent)
        for character in typed:
            _insert(server, document, above + 1, character)
            if len(asked) == n:
                continue  # the statement is finished, so that the document stays sound
            request, at = server.complete(document, above + 1, len(document.lines[above + 1]))
            asked.append((at, server.wait(request).at))
            server.rest(0.004)
    seen = bench.model.seen()
    return [
        Completion(at, end, next((s for s in seen if at <= s.arrived <= end), None))
        for at, end in asked
    ]


def _insert(server: Server, document: Document, line: int, text: str) -> None:
    column = len(document.lines[line])
    server.notify("textDocument/didChange", document.insertion(line, column, text))
