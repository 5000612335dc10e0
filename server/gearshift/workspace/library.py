"""Files beside the one that is edited, read once per version; withheld ones are never read."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

from gearshift.core.installed import PACKAGE_FOLDERS
from gearshift.core.text import split_lines
from gearshift.languages import Language, language_of
from gearshift.languages.chunks import Chunk, chunks
from gearshift.languages.outline import Outline, outline_of
from gearshift.languages.symbols import definitions
from gearshift.languages.tree import SyntaxTree, parse
from gearshift.workspace.likeness import Bag, bag_of
from gearshift.workspace.project import display_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LARGEST_FILE = 400_000
"""Bytes; longer files are generated or data."""
CHARACTERS_KEPT = 4_000_000
"""Of all texts together; what was read longest ago goes first. With lines and outlines a text
takes about four times its length."""


def shown_path(path: Path) -> str:
    """Return what a prompt calls a file: from the project's top, or with its package's name."""
    parts = path.parts
    tops = [number for number, part in enumerate(parts) if part in PACKAGE_FOLDERS]
    return "/".join(parts[tops[-1] + 1 :]) if tops else display_path(path)


class Source:
    """One version of one file."""

    def __init__(self, path: Path, text: str, stamp: tuple[int, int] | None = None) -> None:
        self.path = path
        self.text = text
        self.stamp = stamp

    @property
    def language(self) -> Language:
        """The language by the file's name."""
        return language_of(self.path)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their endings."""
        return tuple(split_lines(self.text))

    @cached_property
    def outline(self) -> Outline | None:
        """What it defines and imports; None: there is no grammar for it."""
        tree = self._tree()
        return None if tree is None else outline_of(tree)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that it defines, in order; those of methods without their class's."""
        if "outline" in self.__dict__ and self.outline is not None:
            return tuple(definition.name for definition in self.outline.definitions)
        tree = self._tree()
        return () if tree is None else tuple(d.symbol.name for d in definitions(tree))

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """Its pieces as the syntax has them."""
        return tuple(chunks(self._tree(), self.lines))

    @cached_property
    def bags(self) -> tuple[Bag, ...]:
        """The parts of names in each of its pieces."""
        return tuple(bag_of("".join(self.lines[c.first : c.end])) for c in self.chunks)

    def _tree(self) -> SyntaxTree | None:
        # Not kept: a tree takes ten times its source.
        if self.language.grammar is None:
            return None
        encoded = self.text.encode("utf-8", "replace")
        return SyntaxTree(self.language, self.lines, encoded, parse(self.language, self.text))


class Library:
    """Reads files; an open document stands for its file."""

    def __init__(self, reason_to_withhold: Callable[[Path], str | None]) -> None:
        """`reason_to_withhold`: asked before a file is read, whatever it is read for."""
        self._reason_to_withhold = reason_to_withhold
        self._open: dict[Path, Source] = {}
        self._read: OrderedDict[Path, Source] = OrderedDict()
        self._characters = 0

    @property
    def open_paths(self) -> tuple[Path, ...]:
        """Files that are open in the editor, the one edited last first."""
        return tuple(reversed(self._open))

    def open(self, path: Path, text: str) -> None:
        """Let `text` stand for the file until it is closed."""
        known = self._open.pop(path, None)
        same = known is not None and known.text == text
        self._open[path] = known if known is not None and same else Source(path, text)

    def close(self, path: Path) -> None:
        """Let the file itself count again."""
        self._open.pop(path, None)

    def may_show(self, path: Path) -> bool:
        """Whether the rules let text of that file out."""
        return self._reason_to_withhold(path) is None

    def read_once(self, path: Path) -> Source | None:
        """Return what `source` does of the file itself, without keeping it."""
        return self._read_file(path) if self.may_show(path) else None

    def source(self, path: Path) -> Source | None:
        """Return the present version; None: it is withheld, not there, too long or no text."""
        if not self.may_show(path):
            return None
        if path in self._open:
            return self._open[path]
        stamp = _stamp(path)
        known = self._read.get(path)
        if stamp is not None and known is not None and known.stamp == stamp:
            self._read.move_to_end(path)
            return known
        source = self._read_file(path)
        return None if source is None else self._keep(source)

    def _read_file(self, path: Path) -> Source | None:
        stamp = _stamp(path)
        if stamp is None or stamp[1] > LARGEST_FILE:
            return None
        text = read_source(path)
        return None if text is None else Source(path, text, stamp)

    def _keep(self, source: Source) -> Source:
        old = self._read.pop(source.path, None)
        self._characters += len(source.text) - (len(old.text) if old else 0)
        self._read[source.path] = source
        while self._characters > CHARACTERS_KEPT and len(self._read) > 1:
            _, dropped = self._read.popitem(last=False)
            self._characters -= len(dropped.text)
        return source


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


def read_source(path: Path) -> str | None:
    """Return the text of a source file; None: it can't be read or is no UTF-8 text."""
    try:
        if not path.is_file():
            return None  # reading a pipe or a device would wait for ever
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    return None if "\0" in text else text
