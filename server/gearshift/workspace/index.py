"""Which file of the workspace defines a name: made bit by bit, kept up to date, small.

It holds names and numbers, never text: what stands behind a name is read when it is asked for.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gearshift.languages import LANGUAGES
from gearshift.workspace.library import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gearshift.workspace.library import Source

MOST_FILES = 20_000
"""Files beyond this are not looked at."""
VENDORED = frozenset(
    {"node_modules", "site-packages", "__pycache__", "vendor", "third_party", "bower_components"}
)
"""Folders of other people's code; definitions there are found through imports only."""
EXTENSIONS = frozenset(e for language in LANGUAGES for e in language.extensions)
MOST_NAMES = 400
"""Of one file: generated code has thousands that nobody types."""
COMMON = 4
"""Files that define a name; with more it says nothing."""

Stamp = tuple[int, int]


class _Entry(NamedTuple):
    """What is known of one file."""

    stamp: Stamp
    names: tuple[str, ...]


class Index:
    """Names by file and files by name. `step` does one small piece of what is to be done."""

    def __init__(
        self,
        roots: Sequence[Path],
        read: Callable[[Path], Source | None],
        ignores_folder: Callable[[Path], bool],
    ) -> None:
        """`read`: returns what may be read of a file. `ignores_folder`: asked before entering."""
        self._roots = tuple(roots)
        self._read = read
        self._ignores_folder = ignores_folder
        self._entries: dict[str, _Entry] = {}
        self._files: dict[str, tuple[str, ...]] = {}
        self._folders: deque[str] = deque()
        self._to_read: deque[str] = deque()
        self._gone: set[str] = set()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_busy(self) -> bool:
        """Whether `step` has anything to do."""
        return bool(self._folders or self._to_read or self._gone)

    def look(self) -> None:
        """Go over the workspace again from the next step on: read what is new or changed."""
        if not self._folders:
            self._folders.extend(str(root) for root in self._roots)
            self._gone = set(self._entries)

    def changed(self, paths: Iterable[Path]) -> None:
        """Read these files again; one that is not there any more is forgotten."""
        for path in paths:
            if path.suffix.lower() in EXTENSIONS and self._is_inside(path):
                self._to_read.append(str(path))

    def files_of(self, name: str) -> tuple[Path, ...]:
        """Return the files that define `name`; none where too many do."""
        found = self._files.get(name, ())
        return tuple(map(Path, found)) if len(found) <= COMMON else ()

    def step(self) -> None:
        """Read one file or list one folder; a few milliseconds."""
        if self._to_read:
            self._update(self._to_read.popleft())
        elif self._folders:
            self._list(self._folders.popleft())
        elif self._gone:
            self._drop(self._gone.pop())

    def _is_inside(self, path: Path) -> bool:
        return any(root in path.parents for root in self._roots) and not any(
            _is_passed_over(folder.name) or self._ignores_folder(folder)
            for folder in path.parents
            if any(root in folder.parents for root in self._roots)
        )

    def _list(self, folder: str) -> None:
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return
        for entry in found:
            # Links are not followed: they lead out of the workspace, or in circles.
            if entry.is_dir(follow_symlinks=False):
                is_wanted = not _is_passed_over(entry.name)
                if is_wanted and not self._ignores_folder(Path(entry.path)):
                    self._folders.append(entry.path)
            elif os.path.splitext(entry.name)[1].lower() in EXTENSIONS:  # noqa: PTH122 (of 5,000)
                self._meet(entry)

    def _meet(self, entry: os.DirEntry[str]) -> None:
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            return
        known = self._entries.get(entry.path)
        if known is not None and known.stamp == (found.st_mtime_ns, found.st_size):
            self._gone.discard(entry.path)
        elif found.st_size <= LARGEST_FILE and len(self._entries) < MOST_FILES:
            self._to_read.append(entry.path)

    def _update(self, path: str) -> None:
        self._drop(path)
        self._gone.discard(path)
        source = self._read(Path(path))
        if source is None or source.stamp is None:
            return
        names = tuple(sorted({sys.intern(name) for name in source.names[:MOST_NAMES]}))
        self._entries[path] = _Entry(source.stamp, names)
        for name in names:
            self._files[name] = (*self._files.get(name, ()), path)

    def _drop(self, path: str) -> None:
        entry = self._entries.pop(path, None)
        for name in entry.names if entry else ():
            left = tuple(file for file in self._files[name] if file != path)
            if left:
                self._files[name] = left
            else:
                del self._files[name]


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in VENDORED
