"""What is known of a programming language: plain data, no grammar loaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import PurePath, PurePosixPath
from typing import Literal, NamedTuple

SymbolKind = Literal["function", "method", "class", "interface", "enum", "type", "module"]

BRACE_OPENER = r"[{(\[]\s*$|=>\s*$"
"""The end of a line after which a deeper block follows, in languages with braces."""


class TestFiles(NamedTuple):
    """Where a language's tests live and what runs them."""

    __test__ = False  # the name begins with Test, which pytest would collect

    framework: str
    """The framework as a prompt names it."""
    name: str
    """The test file's name; `{stem}` and `{Stem}` (first letter upper) stand for the source's."""
    patterns: tuple[str, ...]
    """File name patterns of tests."""
    folder: str | None = None
    """Folder at the project's root; None: beside the source."""
    replaced: tuple[str, str] | None = None
    """A path part and what stands for it on the test side (`src/main/`, `src/test/`)."""

    def path_for(self, source: PurePath) -> PurePosixPath:
        """Return where the tests of `source` (relative to the project's root) belong."""
        stem = source.stem
        name = self.name.format(stem=stem, Stem=stem[:1].upper() + stem[1:])
        if self.folder is not None:
            return PurePosixPath(self.folder) / name
        beside = source.with_name(name).as_posix()
        if self.replaced:
            beside = beside.replace(*self.replaced, 1)
        return PurePosixPath(beside)


class Fault(NamedTuple):
    """Where a parser stops."""

    line: int
    """From 0."""
    is_open: bool
    """Whether a bracket or a string that begins there is not closed, as far as it can tell."""
    start: int = 0
    """The column of what it refuses: the line's end, or behind it, where something is missing."""
    end: int = 0
    """The column behind it."""


class Import(NamedTuple):
    """One name that a file takes from another."""

    module: str
    """As it is written: `a.b`, `..store`, `./store`, `react`."""
    name: str = ""
    """The name there; empty: the module itself; `*`: everything; `default` as in JavaScript."""
    bound: str = ""
    """The name here; empty: none is bound (`export * from`, `import *`)."""


@dataclass(frozen=True, eq=False)
class Language:
    """One programming language; compared by identity."""

    name: str
    """The name for people and prompts."""
    ids: tuple[str, ...]
    """Language ids that editors use; the first is the common one and marks fenced blocks."""
    extensions: tuple[str, ...]
    """File extensions, with the dot, in lower case."""
    line_comment: str | None = None
    block_comment: tuple[str, str] | None = None
    quotes: tuple[str, ...] = ('"', "'")
    """What opens and closes a string, longest first."""
    grammar: tuple[str, str] | None = None
    """Module and function that give the tree-sitter grammar; None: none is known."""
    is_indented: bool = False
    """Whether indentation alone ends a block (Python)."""
    block_opener: str = BRACE_OPENER
    """Regular expression, searched in the code of a line: a deeper block follows."""
    block_middle: str = r"^\s*(?:else\b|catch\b|finally\b|[})\]])"
    """Regular expression: a line that goes on with a statement at its header's indentation."""
    symbols: tuple[tuple[SymbolKind, str], ...] = ()
    """Tree-sitter patterns of what users name, with their kinds."""
    declarations: tuple[tuple[SymbolKind, str], ...] = ()
    """Patterns of what is declared without a body (headers, `.d.ts`): shown, never worked on."""
    containers: tuple[tuple[str, str], ...] = ()
    """Node type and field: it gives the names inside it a qualifier but is no symbol (`impl`)."""
    wrappers: frozenset[str] = frozenset()
    """Parent node types that belong to a symbol: decorators, `export`, `template`."""
    qualifier: Callable[..., str | None] | None = None
    """Takes a node and returns a qualifier that a definition itself carries (a Go receiver)."""
    comments: frozenset[str] = frozenset({"comment"})
    """Node types of comments."""
    strings: frozenset[str] = frozenset()
    """Node types of string literals."""
    imports: Callable[..., tuple[Import, ...]] | None = None
    """Takes the root node and returns what the file imports."""
    tests: TestFiles | None = None
    first_fault: Callable[[str], Fault | None] | None = None
    """Where a stricter parser than the grammar stops, where the standard library has one; None: it
    takes the text."""

    @cached_property
    def parses(self) -> Callable[[str], bool] | None:
        """Whether that parser takes a text; None: there is none."""
        first_fault = self.first_fault
        return (lambda text: first_fault(text) is None) if first_fault else None

    @cached_property
    def opener(self) -> re.Pattern[str]:
        """`block_opener`, compiled."""
        return re.compile(self.block_opener)

    @cached_property
    def middle(self) -> re.Pattern[str]:
        """`block_middle`, compiled."""
        return re.compile(self.block_middle)

    @property
    def fence(self) -> str:
        """The info string of a fenced block in this language."""
        return self.ids[0]

    def is_test_file(self, path: PurePath | str) -> bool:
        """Whether the file's name says that it holds tests."""
        name = PurePath(path).name
        return bool(self.tests) and any(fnmatchcase(name, p) for p in self.tests.patterns)

    def test_path(self, source: PurePath) -> PurePosixPath | None:
        """Return where tests of `source` (relative to the project's root) belong; None: unknown."""
        return self.tests.path_for(source) if self.tests else None
