"""What is shown for one definition, kept as it is while the cursor is in there.

A prompt's beginning must not change from key to key, or the model server reads it all again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gearshift.completion.context.piece import Piece
from gearshift.core.model import ContextFile, ContextSource, ShownFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gearshift.core.document import Snapshot
    from gearshift.core.text import Position


KEPT_SECONDS = 60.0
"""After so long in one definition edits and problems are looked at again, and all is read anew."""


@dataclass(frozen=True)
class Block:
    """What is shown for one definition of one document."""

    characters: int
    scope: range
    n_lines: int
    """Of the document when it was gathered."""
    version: int
    at: float
    pieces: tuple[Piece, ...]
    files: tuple[ContextFile, ...]
    is_cut: bool = False
    """Whether there was no time to look at everything."""
    since: float | None = None
    """When what it begins with was gathered; None: `at`."""

    def covers(self, snapshot: Snapshot, position: Position) -> bool:
        """Whether it was gathered for where the cursor is, lines added since included."""
        grown = max(0, len(snapshot.lines) - self.n_lines)
        return self.scope.start <= position.line < self.scope.stop + grown

    @cached_property
    def sources(self) -> tuple[ShownFile, ...]:
        """The files that it has parts of."""
        return tuple(dict.fromkeys(ShownFile(piece.path, piece.file) for piece in self.pieces))

    @cached_property
    def told(self) -> str:
        """What it holds, in words; empty: nothing."""
        counts = Counter(piece.source for piece in self.pieces)
        parts = [f"{name} {count}" for name, count in counts.items()]
        return f"Shown besides the file: {', '.join(parts)}." if parts else ""


def context_files(pieces: Sequence[Piece]) -> tuple[ContextFile, ...]:
    """Return pieces as files of a prompt: those of one source and file together, in its order.

    Similar code stands with the most alike last, nearest to the cursor.
    """
    found: dict[tuple[ContextSource, str], list[Piece]] = {}
    alike = [piece for piece in pieces if piece.source == "similar"]
    backwards = iter(reversed(alike))
    for piece in pieces:
        shown = next(backwards) if piece.source == "similar" else piece
        found.setdefault((shown.source, shown.path), []).append(shown)
    return tuple(
        ContextFile(path, "\n\n".join(p.text for p in sorted(group, key=lambda p: p.line)))
        for (_, path), group in found.items()
    )


def merged(kept: Block, new: Block) -> Block:
    """Return `kept` with the definitions that only `new` has at its end.

    It is `new` where they do not fit, where a text has changed, and when `kept` is old.
    """
    since = kept.at if kept.since is None else kept.since
    if new.at - since > KEPT_SECONDS:
        return new
    texts = {(p.source, p.file, p.label): p.text for p in kept.pieces}
    for piece in new.pieces:
        known = texts.get((piece.source, piece.file, piece.label), piece.text)
        if piece.source == "definitions" and known != piece.text:
            return new
    added = tuple(
        piece
        for piece in new.pieces
        if piece.source == "definitions" and (piece.source, piece.file, piece.label) not in texts
    )
    files = (*kept.files, *context_files(added))
    if added and sum(len(f.text) + len(f.path) for f in files) > kept.characters:
        return new
    pieces = (*kept.pieces, *added)
    return replace(new, pieces=pieces, files=files, since=since)
