"""Parsing: grammars loaded on first use, trees kept for the latest version of few documents."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from functools import cache, cached_property
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from itertools import accumulate
from typing import TYPE_CHECKING

from gearshift.core.text import Position, Range, clamp
from gearshift.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    import tree_sitter

    from gearshift.core.document import Snapshot
    from gearshift.languages.language import Language

STRETCH = 64
"""Lines that are compared at once, in a twentieth of the time that one after the other takes."""
LONG_SOURCE = 200_000
"""Bytes that are parsed in about 25 ms."""
PIECE = 4096
"""Bytes that a parser reads at once, in half a millisecond."""
UNCHANGED_SHARE = 32
"""What stays the same in a changed tree takes this part of the time that parsing it takes."""
TREES_KEPT = 8
"""A tree takes about ten times its source; eight cover the files someone works on at a time."""


class SyntaxTree:
    """The tree of one version of one document, and the way between its bytes and positions."""

    def __init__(
        self, language: Language, lines: tuple[str, ...], source: bytes, tree: tree_sitter.Tree
    ) -> None:
        self.language = language
        self.lines = lines
        self.source = source
        self.tree = tree

    @property
    def root(self) -> tree_sitter.Node:
        """The node of the whole text."""
        return self.tree.root_node

    @cached_property
    def _starts(self) -> list[int]:
        """The byte at which each line starts, and the length of the whole."""
        return _byte_starts(self.lines)

    def position(self, byte: int) -> Position:
        """Return the place of a byte offset that lies on a character's start."""
        line = min(bisect.bisect_right(self._starts, byte), len(self.lines)) - 1
        rest = byte - self._starts[line]
        text = self.lines[line]
        return Position(line, rest if text.isascii() else len(text.encode()[:rest].decode()))

    def byte(self, position: Position) -> int:
        """Return the byte offset of a position, clamped to the text."""
        place = clamp(self.lines, position)
        before = self.lines[place.line][: place.column]
        return len(_encoded("".join(self.lines[: place.line]))) + len(_encoded(before))

    def range_of(self, node: tree_sitter.Node) -> Range:
        """Return the range of a node."""
        return Range(self.position(node.start_byte), self.position(node.end_byte))


_trees: OrderedDict[tuple[str, str], SyntaxTree] = OrderedDict()


def tree_of(snapshot: Snapshot) -> SyntaxTree | None:
    """Return the tree of `snapshot`, re-using the one of its last version; None: no grammar.

    A first parse of 20,000 lines takes about 0.1 s, so the inline path parses an excerpt, and who
    needs all of it asks from a thread. A re-parse after an edit takes a tenth of that.
    """
    language = language_of(snapshot.language)
    if language.grammar is None:
        return None
    key = (snapshot.uri, language.name)
    known = _trees.get(key)
    if known is None or (known.lines is not snapshot.lines and known.lines != snapshot.lines):
        known = _reparse(language, snapshot.lines, known)
    # Put anew, not moved: another thread may have let go of it meanwhile.
    _trees.pop(key, None)
    _trees[key] = known
    if len(_trees) > TREES_KEPT:
        _trees.popitem(last=False)
    return known


def parse(language: Language, text: str) -> tree_sitter.Tree:
    """Return the tree of `text`; `language` must have a grammar."""
    return _parsed(language, _encoded(text))


def reparse(
    language: Language, old: tree_sitter.Tree, before: str, text: str, after: str
) -> tuple[tree_sitter.Tree, int]:
    """Return the tree with `text` between `before` and `after`, and how many bytes had to be read.

    `old` is that of both without.
    """
    if not text:
        return old, 0
    start, new = _encoded(before), _encoded(text)
    source = start + new + _encoded(after)
    edited = old.copy()
    edited.edit(
        len(start),
        len(start),
        len(start) + len(new),
        _point(start),
        _point(start),
        _point(start + new),
    )
    tree = _parsed(language, source, edited)
    # All that follows where `text` opens a string: a hundred times as much as usual.
    changed = sum(part.end_byte - part.start_byte for part in edited.changed_ranges(tree))
    return tree, changed + len(source) // UNCHANGED_SHARE


def with_line(
    snapshot: Snapshot, row: int, line: str
) -> tuple[tree_sitter.Node, bytes, int] | None:
    """Return the tree of `snapshot` with `line` in place of a row, its source, and the byte where
    that begins. None: no grammar."""
    tree = tree_of(snapshot)
    if tree is None:
        return None
    old, new = _encoded(snapshot.lines[row]), _encoded(line)
    start = tree.byte(Position(row, 0))
    above, below = tree.source[:start], tree.source[start + len(old) :]
    if old == new:
        return tree.root, tree.source, start
    edited = tree.tree.copy()
    edited.edit(
        start,
        start + len(old),
        start + len(new),
        _point(above),
        _point(above + old),
        _point(above + new),
    )
    source = above + new + below
    return _parsed(tree.language, source, edited).root_node, source, start


def _point(source: bytes) -> tuple[int, int]:
    """Return row and column of the end of `source`, as a grammar counts them."""
    return source.count(b"\n"), len(source) - source.rfind(b"\n") - 1


def forget(uri: str) -> None:
    """Drop the trees of a closed document."""
    for key in [key for key in _trees if key[0] == uri]:
        del _trees[key]


@cache
def grammar_of(language: Language) -> tree_sitter.Language:
    """Return the loaded grammar; `language` must have one."""
    import tree_sitter

    assert language.grammar is not None
    module, function = language.grammar
    capsule: object = getattr(_binding(module), function)()
    return tree_sitter.Language(capsule)


def _binding(package: str) -> ModuleType:
    """Return the module of a grammar's package that holds the grammar itself.

    Without the package: to give queries that nobody asks for it imports modules for 8 ms.
    """
    found = find_spec(package)
    folders = found.submodule_search_locations if found is not None else None
    inner = PathFinder.find_spec("_binding", folders) if folders else None
    if inner is None or inner.loader is None:
        return import_module(package)
    binding = module_from_spec(inner)
    inner.loader.exec_module(binding)
    return binding


@cache
def parser_of(language: Language) -> tree_sitter.Parser:
    """Return the parser of a language that has a grammar."""
    import tree_sitter

    return tree_sitter.Parser(grammar_of(language))


def _reparse(language: Language, lines: tuple[str, ...], old: SyntaxTree | None) -> SyntaxTree:
    source = _encoded("".join(lines))
    if old is None or _has_bare_return(source) or _has_bare_return(old.source):
        return SyntaxTree(language, lines, source, _parsed(language, source))
    edited = old.tree.copy()
    head = _same_length(old.lines, lines)
    limit = min(len(old.lines), len(lines)) - head
    tail = min(_same_length(old.lines[::-1], lines[::-1]), limit)
    kept = len(_encoded("".join(lines[len(lines) - tail :])))
    start = len(_encoded("".join(lines[:head])))
    edited.edit(
        start,
        len(old.source) - kept,
        len(source) - kept,
        (head, 0),
        (len(old.lines) - tail, 0),
        (len(lines) - tail, 0),
    )
    return SyntaxTree(language, lines, source, _parsed(language, source, edited))


def _parsed(
    language: Language, source: bytes, old: tree_sitter.Tree | None = None
) -> tree_sitter.Tree:
    """Return the tree of `source`; a long one lets other threads work between its pieces."""
    if len(source) < LONG_SOURCE:
        parser = parser_of(language)
        return parser.parse(source) if old is None else parser.parse(source, old)
    import tree_sitter

    def read(at: int, _: object) -> bytes:
        return source[at : at + PIECE]

    # While others work they may parse, and one parser parses one text at a time.
    parser = tree_sitter.Parser(grammar_of(language))
    tree = parser.parse(read) if old is None else parser.parse(read, old)
    # Once more with the text itself, which the nodes are asked for; nothing is left to parse.
    return parser.parse(source, tree)


def _same_length(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines two texts share at their beginning."""
    limit = min(len(one), len(other))
    for start in range(0, limit, STRETCH):
        if one[start : start + STRETCH] != other[start : start + STRETCH]:
            stretch = range(start, min(start + STRETCH, limit))
            return next((n for n in stretch if one[n] != other[n]), limit)
    return limit


def _byte_starts(lines: Sequence[str]) -> list[int]:
    return list(accumulate((len(_encoded(line)) for line in lines), initial=0))


def _encoded(text: str) -> bytes:
    # An editor can send half of a surrogate pair; it must count the same everywhere.
    return text.encode("utf-8", "replace")


def _has_bare_return(source: bytes) -> bool:
    """Whether some line ends in `\\r` alone, where the grammar's rows differ from the lines."""
    return b"\r" in source and source.count(b"\r") != source.count(b"\r\n")
