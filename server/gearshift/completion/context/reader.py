"""Gathers context for cursors of one workspace: the library, and what is known of open files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gearshift.completion.context.block import context_files
from gearshift.completion.context.desk import Desk, never
from gearshift.completion.context.piece import Site
from gearshift.completion.context.table import ALL, Gathered, gather
from gearshift.completion.prompt import lines_shown
from gearshift.workspace.index import Index
from gearshift.workspace.library import Library
from gearshift.workspace.lookup import Lookup
from gearshift.workspace.modules import Modules

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from gearshift.completion.prompt import Limits
    from gearshift.core.document import Snapshot
    from gearshift.core.model import ContextFile, ContextSource
    from gearshift.core.text import Position


def _nothing(folder: Path) -> bool:
    del folder
    return False


class Reader:
    """Reads a workspace for completions; its caller keeps it off the event loop."""

    def __init__(
        self,
        roots: Sequence[Path],
        reason_to_withhold: Callable[[Path], str | None],
        ignores_folder: Callable[[Path], bool] = _nothing,
        variables: Mapping[str, str] = os.environ,
    ) -> None:
        """`reason_to_withhold` is asked of each file, `ignores_folder` of each folder to enter."""
        self.library = Library(reason_to_withhold)
        self.index = Index(roots, self.library.read_once, ignores_folder)
        self._lookup = Lookup(self.library, Modules(roots, variables), self.index)

    def gather(
        self,
        site: Site,
        characters: int,
        names: Collection[ContextSource] = ALL,
        is_late: Callable[[], bool] = never,
    ) -> Gathered:
        """Return what of the named sources there is to show at `site`."""
        path = site.snapshot.path
        if path is None:
            return Gathered()
        self.library.open(path, site.snapshot.text)
        return gather(site, Desk(self.library, self._lookup, is_late), characters, names)

    def files(
        self,
        snapshot: Snapshot,
        position: Position,
        limits: Limits,
        names: Collection[ContextSource] = ALL,
    ) -> tuple[ContextFile, ...]:
        """Return what `Engine.complete` may be given as context, from the named sources."""
        site = Site(snapshot, position, lines_shown(snapshot, position, limits))
        return context_files(self.gather(site, limits.context_characters, names).pieces)
