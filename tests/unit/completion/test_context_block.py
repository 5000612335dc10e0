"""What was gathered stays as it is while the cursor is in one definition."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gearshift.completion.context.block import KEPT_SECONDS, Block, context_files, merged
from gearshift.completion.context.piece import Piece
from gearshift.core.document import Snapshot
from gearshift.core.text import Position

if TYPE_CHECKING:
    from gearshift.core.model import ContextSource


def piece(
    label: str, source: ContextSource = "definitions", text: str = "", line: int = 0
) -> Piece:
    name = f"{label}.py"
    return Piece(source, Path(f"/p/{name}"), name, text or f"def {label}(): ...", label, line)


def block(*pieces: Piece, at: float = 0.0, characters: int = 500) -> Block:
    return Block(characters, range(3, 9), 20, 1, at, pieces, context_files(pieces))


def texts(found: Block) -> list[str]:
    return [file.text for file in found.files]


def test_new_definitions_are_added_at_the_end_and_nothing_else_moves() -> None:
    kept = block(piece("a"), piece("s", "similar"))
    new = block(piece("b"), piece("a"), piece("t", "similar"), at=2.0)

    found = merged(kept, new)

    assert texts(found) == [*texts(kept), "def b(): ..."]
    assert (found.at, found.since) == (2.0, 0.0)


def test_definitions_that_are_used_no_more_stay() -> None:
    kept = block(piece("a"), piece("b"))
    assert texts(merged(kept, block(piece("b")))) == texts(kept)


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(block(piece("a", text="def a(x): ...")), id="a text has changed"),
        pytest.param(block(piece("a"), at=KEPT_SECONDS + 1), id="it is old"),
        pytest.param(block(piece("b" * 300), piece("c" * 300)), id="it does not fit"),
    ],
)
def test_it_is_all_new_where_the_old_can_not_stay(new: Block) -> None:
    assert merged(block(piece("a"), piece("z")), new) is new


def test_it_covers_its_definition_and_the_lines_added_to_it() -> None:
    found = block()
    short = Snapshot.from_text("\n" * 19, language="python")
    longer = Snapshot.from_text("\n" * 22, language="python")
    assert found.covers(short, Position(8, 0))
    assert not found.covers(short, Position(9, 0))
    assert found.covers(longer, Position(11, 0))
    assert not found.covers(longer, Position(2, 0))


def test_pieces_of_one_file_stand_together_in_its_order_and_the_most_alike_last() -> None:
    one, two = piece("a", text="two", line=9), replace(piece("a", text="one"), label="other")
    best, worse = piece("best", "similar"), piece("worse", "similar")

    files = context_files([one, best, two, worse])

    assert [file.text for file in files] == ["one\n\ntwo", "def worse(): ...", "def best(): ..."]


def test_it_says_what_it_holds() -> None:
    found = block(piece("a"), piece("b"), piece("s", "similar"))
    assert found.told == "Shown besides the file: definitions 2, similar 1."
    assert block().told == ""
