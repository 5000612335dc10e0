"""The table of sources, each with its share of the prompt, and the one way to ask them.

A source yields pieces, what helps most first, and never waits: it reads what the library gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gearshift.completion.context.definitions import definitions
from gearshift.completion.context.desk import Desk
from gearshift.completion.context.diagnostics import diagnostics
from gearshift.completion.context.edits import edits
from gearshift.completion.context.piece import Piece, Site
from gearshift.completion.context.similar import similar
from gearshift.completion.prompt import AROUND_CHARACTERS
from gearshift.core.model import ContextSource

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    name: ContextSource
    share: float
    """Of the characters for context, beside the other sources that are asked; what it leaves over
    goes to the rows below."""
    find: Callable[[Site, Desk], Iterable[Piece]]
    """Yields pieces, what helps most first."""
    may_cut: bool = False
    """Whether the beginning of a piece helps where the whole is too long."""


SOURCES: tuple[Row, ...] = (
    Row("definitions", 0.5, definitions),
    Row("similar", 0.3, similar, may_cut=True),
    Row("edits", 0.15, edits),
    Row("diagnostics", 0.05, diagnostics),
)
"""In the order of the prompt: what changes least comes first."""
LEAST_LINES = 3
"""Of a piece that is cut."""
ALL: tuple[ContextSource, ...] = tuple(row.name for row in SOURCES)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to show for one place."""

    pieces: tuple[Piece, ...] = ()
    is_cut: bool = False
    """Whether the time was over before everything was looked at."""


def gather(
    site: Site, desk: Desk, characters: int, names: Collection[ContextSource] = ALL
) -> Gathered:
    """Return pieces of the named sources, at most `characters` together, each piece whole."""
    pieces: list[Piece] = []
    asked = [source for source in SOURCES if source.name in names]
    shares = sum(source.share for source in asked)
    left = 0.0
    for source in asked:
        left += characters * source.share / shares
        for whole in source.find(site, desk):
            piece = _cut(whole, int(left)) if source.may_cut else whole
            size = len(piece.text) + len(piece.path) + AROUND_CHARACTERS
            if piece.text and size <= left and not _says_nothing_new(piece, pieces):
                left -= size
                pieces.append(piece)
    return Gathered(tuple(pieces), desk.is_late())


def _says_nothing_new(piece: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether a short piece of code is there already, as a definition's skeleton."""
    if piece.source != "similar" or piece.text.count("\n") >= LEAST_LINES:
        return False
    there = {(p.file, p.line) for p in pieces if p.source == "definitions"}
    return (piece.file, piece.line) in there


def _cut(piece: Piece, characters: int) -> Piece:
    """Return as many first lines as fit; nothing where they would say too little."""
    room = characters - len(piece.path) - AROUND_CHARACTERS
    if len(piece.text) <= room:
        return piece
    text = piece.text[: max(room, 0)].rpartition("\n")[0]
    return replace(piece, text=text if text.count("\n") >= LEAST_LINES else "")
