"""Putting an answer's code in the place of what it replaces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.actions.imports import add_imports, imports_in
from gearshift.actions.indentation import (
    in_style,
    indented_like,
    reindented,
    with_line_endings,
)
from gearshift.core.document import Snapshot
from gearshift.core.text import Edit, Position, Range, apply_edits, split_lines

if TYPE_CHECKING:
    from gearshift.actions.target import Target
    from gearshift.languages.syntax import Symbol

_COMMENT_LINE = re.compile(r"^\s*(?://|#(?!\[|!)|/\*|\*)")
"""A comment above a symbol, in all languages that are known; `#[…]` is code in Rust."""


def answered_symbols(code: str, language: str) -> tuple[Symbol, ...]:
    """Return the symbols that an answer's code defines."""
    from gearshift.languages.syntax import symbols

    return symbols(_snapshot(code, language))


def _snapshot(code: str, language: str) -> Snapshot:
    # A name of its own, so that no document's kept tree is pushed out.
    return Snapshot("gearshift:answer", None, language, 0, tuple(split_lines(code)))


def with_symbol(code: str, snapshot: Snapshot, target: Target) -> str:
    """Return the file with the symbol out of `code` in place of the target's.

    New top-level definitions beside it come along, and so do imports that it needs (Python). Other
    definitions of the file that the answer repeats are left as they are, unless the answer is the
    whole file.
    """
    from gearshift.languages.syntax import symbols

    assert target.symbol is not None
    answer = _snapshot(code, snapshot.language)
    found = answered_symbols(code, snapshot.language)
    mine = _same_symbol(found, target.symbol)
    tops = {s.name for s in found if "." not in s.qualified_name}
    own = {s.name for s in symbols(snapshot) if "." not in s.qualified_name}
    if len(own) > 1 and own <= tops:
        return in_style(code, snapshot)
    if mine is None:
        return snapshot.text
    pieces = _new_tops(found, own, mine, target.symbol)
    texts = [_with_comment(answer, piece).rstrip() for piece in pieces]
    start = target.range.start
    if _comment_start(answer.lines, pieces[0].range.start.line) < pieces[0].range.start.line:
        # A comment that the answer repeats or rewrites stands above the symbol already.
        above = _comment_start(snapshot.lines, start.line)
        start = Position(above, start.column)
    after = _replace(snapshot, Range(start, target.range.end), "\n\n\n".join(texts))
    return _with_imports(after, code) if snapshot.language == "python" else after


def _same_symbol(found: tuple[Symbol, ...], wanted: Symbol) -> Symbol | None:
    """Return the wanted symbol of an answer; a renamed one if the answer has only that."""
    for same in (
        [s for s in found if s.qualified_name == wanted.qualified_name],
        [s for s in found if s.name == wanted.name],
        found[:1],
    ):
        if same:
            return same[0]
    return None


def _new_tops(
    found: tuple[Symbol, ...], own: set[str], mine: Symbol, wanted: Symbol
) -> list[Symbol]:
    """Return the symbols to put in: `mine`, and for a top-level target new ones beside it."""
    if "." in wanted.qualified_name:
        return [mine]
    return [s for s in found if s == mine or ("." not in s.qualified_name and s.name not in own)]


def _with_comment(answer: Snapshot, symbol: Symbol) -> str:
    """Return the symbol's text with the comment lines right above it."""
    first = _comment_start(answer.lines, symbol.range.start.line)
    return answer.slice(Range(Position(first, 0), symbol.range.end))


def _comment_start(lines: tuple[str, ...], line: int) -> int:
    while line > 0 and _COMMENT_LINE.match(lines[line - 1]):
        line -= 1
    return line


def placed(code: str, snapshot: Snapshot, target: Target) -> str:
    """Return the file with `code` in place of the target's lines."""
    return _replace(snapshot, target.range, code.rstrip())


def _replace(snapshot: Snapshot, place: Range, code: str) -> str:
    line = snapshot.lines[place.start.line]
    indent = line[: place.start.column]
    indent = indent if not indent.strip() else ""
    shifted = indented_like(reindented(code, indent, snapshot.language), snapshot)
    text = with_line_endings(shifted.removeprefix(indent), snapshot)
    return apply_edits(snapshot.text, [Edit(place, text)])


def _with_imports(after: str, code: str) -> str:
    """Return the file with those of the code's imports that it uses and does not have."""
    wanted = imports_in(code)
    missing = [line for name, line in wanted.items() if re.search(rf"\b{name}\b", after)]
    return add_imports(after, missing)
