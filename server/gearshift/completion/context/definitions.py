"""Definitions of the names used around the cursor, as skeletons, the nearest use first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.completion.context.piece import Piece
from gearshift.completion.context.place import definition_around
from gearshift.core.installed import is_installed
from gearshift.languages.names import Use, uses
from gearshift.languages.outline import outline_of
from gearshift.languages.syntax import tree_of
from gearshift.workspace.library import Source, shown_path
from gearshift.workspace.lookup import Found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from gearshift.completion.context.desk import Desk
    from gearshift.completion.context.piece import Site
    from gearshift.languages.symbols import Symbol
    from gearshift.languages.tree import SyntaxTree

TYPE_NAME = re.compile(r"\b[A-Z]\w+\b")
LINES_ABOVE = 12
"""Looked at even where the enclosing definition begins later."""
MOST_LINES = 80
"""Looked at above and below in a long definition."""
MOST = 8
"""Definitions for one place."""


def definitions(site: Site, desk: Desk) -> Iterator[Piece]:
    """Yield skeletons, what helps most first; the workspace's own before installed packages'."""
    tree, path = tree_of(site.snapshot), site.snapshot.path
    if tree is None or path is None:
        return
    source = Source(path, site.snapshot.text)
    source.outline = outline_of(tree, is_inside=True)
    seen: dict[tuple[Path, str], Found] = {}
    for found in _found(site, desk, tree, source):
        if desk.is_late() or len(seen) >= MOST:
            break
        if found.source is not source or not _is_shown(site, found):
            seen.setdefault((found.source.path, found.definition.qualified_name), found)
    pieces = [_piece(found) for key, found in seen.items() if not _is_within(key, seen)]
    yield from sorted(pieces, key=lambda piece: is_installed(piece.file))


def _is_within(key: tuple[Path, str], seen: Collection[tuple[Path, str]]) -> bool:
    """Whether the type that a method belongs to is there, which has its signature."""
    path, name = key
    return (path, name.rpartition(".")[0]) in seen


def _found(site: Site, desk: Desk, tree: SyntaxTree, source: Source) -> Iterator[Found]:
    """Yield the definitions of the class around the cursor and of the names used there."""
    around = definition_around(site.snapshot, site.position)
    owner = _owner(around, source)
    if owner is not None:
        yield owner
    known = {each.bound for each in source.outline.imports} if source.outline else set[str]()
    unknown: list[Use] = []
    for use in _nearest_first(site, around, tree):
        found = None
        if not use.owner:
            found = desk.lookup.definition(use.name, source)
        elif use.owner in known:
            found = desk.lookup.member(use.owner, use.name, source)
        if found is None:
            unknown.append(use)
        elif not _holds(found, site, source):
            yield found
    for name in _types_in(owner) if owner else ():
        found = desk.lookup.definition(name, source)
        if found is not None:
            yield found
    yield from _elsewhere(unknown, desk, source, known)


def _elsewhere(
    unknown: Sequence[Use], desk: Desk, source: Source, known: Collection[str]
) -> Iterator[Found]:
    """Yield what names stand for that nothing here explains, as far as there is only one."""
    for use in unknown:
        is_telling = use.is_called or use.name[:1].isupper()
        if is_telling and len(use.name) > 2 and not {use.name, use.owner} & set(known):
            found = desk.lookup.elsewhere(use.name, source)
            if found is not None:
                yield found


def _types_in(owner: Found) -> list[str]:
    """Return the names in a class's skeleton that look like types: what its fields are."""
    return list(dict.fromkeys(TYPE_NAME.findall(owner.definition.skeleton)))


def _owner(around: Symbol | None, source: Source) -> Found | None:
    """Return the class whose method is being written."""
    owner = around.qualified_name.rpartition(".")[0] if around else ""
    found = source.outline.by_name.get(owner) if owner and source.outline else None
    is_type = found is not None and found.kind not in {"function", "method"}
    return Found(source, found) if found is not None and is_type else None


def _nearest_first(site: Site, around: Symbol | None, tree: SyntaxTree) -> list[Use]:
    """Return each name that is used around the cursor once, at its nearest use."""
    line = site.position.line
    first = around.range.start.line if around else line
    last = around.range.end.line if around else line
    first = max(min(first, line - LINES_ABOVE), line - MOST_LINES, 0)
    last = min(last, line + MOST_LINES)
    nearest: dict[tuple[str, str], Use] = {}
    for use in sorted(uses(tree, first, last), key=lambda use: abs(use.line - line)):
        known = nearest.setdefault((use.owner, use.name), use)
        if use.is_called and not known.is_called:
            nearest[use.owner, use.name] = known._replace(is_called=True)
    return list(nearest.values())


def _holds(found: Found, site: Site, source: Source) -> bool:
    """Whether the cursor is inside of a definition that is no type: it is being written."""
    definition = found.definition
    is_around = definition.first_line <= site.position.line <= definition.last_line
    return found.source is source and is_around and definition.kind in {"function", "method"}


def _is_shown(site: Site, found: Found) -> bool:
    """Whether the prompt holds the definition anyway: its beginning, which says the most."""
    return found.definition.first_line in site.shown


def _piece(found: Found) -> Piece:
    path, definition = found.source.path, found.definition
    return Piece(
        source="definitions",
        file=path,
        path=shown_path(path),
        text=definition.skeleton,
        label=definition.qualified_name,
        line=definition.first_line,
    )
