"""Definitions of the names used around the cursor, as skeletons, the nearest use first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gearshift.completion.context.imports import imports
from gearshift.completion.context.piece import Piece
from gearshift.completion.context.place import definition_around
from gearshift.core.installed import is_installed
from gearshift.languages.names import Use, uses
from gearshift.languages.outline import outline_of
from gearshift.languages.syntax import tree_of
from gearshift.workspace.library import Source, shown_path
from gearshift.workspace.lookup import Found

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
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
LINES_BESIDE = 2
"""What is used so near the cursor comes before the class around it: the call being written."""
SURE_CHARACTERS = 400
"""A skeleton so long fits the smallest budget, that of an embedded model."""
RECEIVERS = frozenset({"self", "cls", "this"})
CONSTRUCTORS = ("__init__", "constructor", "initialize", "__construct")
MOST = 8
"""Definitions for one place."""


def definitions(site: Site, desk: Desk) -> Iterator[Piece]:
    """Yield skeletons, what helps most first; the workspace's own before installed packages'."""
    tree, path = tree_of(site.snapshot), site.snapshot.path
    if tree is None or path is None:
        return
    source = Source(path, site.snapshot.text)
    source.outline = outline_of(tree, is_inside=True)
    yield from imports(site, source, desk)
    seen: dict[tuple[Path, str], Found] = {}
    for found in _found(site, desk, tree, source):
        if desk.is_late() or len(seen) >= MOST:
            break
        if found.source is not source or not _is_shown(site, found, source):
            seen.setdefault((found.source.path, found.definition.qualified_name), found)
    pieces = [_piece(found) for key, found in seen.items() if not _is_within(key, seen)]
    yield from sorted(pieces, key=lambda piece: is_installed(piece.file))


def _is_within(key: tuple[Path, str], seen: Mapping[tuple[Path, str], Found]) -> bool:
    """Whether the type that a method belongs to is there, and surely shows its signature."""
    path, name = key
    owner, _, own = name.rpartition(".")
    whole = seen.get((path, owner))
    skeleton = whole.definition.skeleton if whole else ""
    return f"{own}(" in skeleton and len(skeleton) <= SURE_CHARACTERS


def _found(site: Site, desk: Desk, tree: SyntaxTree, source: Source) -> Iterator[Found]:
    """Yield the definitions of what is used next to the cursor, of the class around it, and of
    what is used elsewhere in its function."""
    around = definition_around(site.snapshot, site.position)
    owner = _owner(around, source)
    known = {each.bound for each in source.outline.imports} if source.outline else set[str]()
    unknown: list[Use] = []
    is_owner_due = owner is not None
    for use in _nearest_first(site, around, tree):
        if owner and is_owner_due and abs(use.line - site.position.line) > LINES_BESIDE:
            is_owner_due = False
            yield owner
        found = _definition(use, desk, source, owner, known)
        if found is None:
            unknown.append(use)
        elif not _holds(found, site, source):
            yield found
    if owner and is_owner_due:
        yield owner
    for name in _types_in(owner) if owner else ():
        found = desk.lookup.definition(name, source)
        if found is not None:
            yield found
    yield from _elsewhere(unknown, desk, source, known)


def _definition(
    use: Use, desk: Desk, source: Source, owner: Found | None, known: Collection[str]
) -> Found | None:
    """Return what a name stands for where it is used; None: nothing here explains it."""
    if not use.owner:
        return desk.lookup.definition(use.name, source)
    if use.owner in known:
        return desk.lookup.member(use.owner, use.name, source)
    if owner is None or use.owner not in RECEIVERS or source.outline is None:
        return None
    method = source.outline.by_name.get(f"{owner.definition.qualified_name}.{use.name}")
    return Found(source, method) if method else None


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


def _is_shown(site: Site, found: Found, source: Source) -> bool:
    """Whether the prompt holds anyway what says the most: the beginning, of a class the fields."""
    definition = found.definition
    names = (f"{definition.qualified_name}.{name}" for name in CONSTRUCTORS)
    by_name = source.outline.by_name if source.outline else {}
    made = next((by_name[name] for name in names if name in by_name), definition)
    return definition.first_line in site.shown or made.first_line in site.shown


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
