"""What a file offers to others: its definitions without bodies, and what it imports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gearshift.core.text import split_lines
from gearshift.languages.language import Import, SymbolKind
from gearshift.languages.skeleton import Skeletons
from gearshift.languages.symbols import definitions
from gearshift.languages.tree import SyntaxTree, parse

if TYPE_CHECKING:
    from gearshift.languages.language import Language

CONSTANT = (
    r"^(?:export\s+)?(?:declare\s+)?(?:pub(?:lic)?\s+)?(?:static\s+)?"
    r"(?:final\s+|const\s+|let\s+|var\s+|type\s+)*{name}\b\s*(?::[^=\n]+)?(?:=(?!=)|:|;|$).*"
)
"""A line at the margin that gives a name its value."""
CONSTANT_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Outlined:
    """One definition of a file."""

    name: str
    qualified_name: str
    kind: SymbolKind
    first_line: int
    last_line: int
    skeleton: str
    """Signature, first line of its documentation, fields and signatures of methods."""


@dataclass(frozen=True)
class Outline:
    """A file's definitions and imports; plain data, the tree is not kept."""

    definitions: tuple[Outlined, ...]
    imports: tuple[Import, ...]
    lines: tuple[str, ...]

    @cached_property
    def by_name(self) -> dict[str, Outlined]:
        """The outermost definitions; of several with one name the last, which is what counts."""
        return {d.qualified_name: d for d in self.definitions}

    def find(self, name: str) -> Outlined | None:
        """Return what `name` stands for at the margin of the file; None: it is not defined here."""
        if name in self.by_name:
            return self.by_name[name]
        line = self._constant(name)
        if line is None:
            return None
        text = self.lines[line].strip()[:CONSTANT_CHARACTERS]
        return Outlined(name, name, "type", line, line, text)

    def _constant(self, name: str) -> int | None:
        likely = (n for n, line in enumerate(self.lines) if name in line and not line[:1].isspace())
        pattern = re.compile(CONSTANT.replace("{name}", re.escape(name)))
        return next((n for n in likely if pattern.match(self.lines[n])), None)


def outline(language: Language, text: str) -> Outline | None:
    """Return the outline of `text`; None: the language has no grammar."""
    if language.grammar is None:
        return None
    lines = tuple(split_lines(text))
    tree = SyntaxTree(language, lines, text.encode("utf-8", "replace"), parse(language, text))
    return outline_of(tree)


def outline_of(tree: SyntaxTree, *, is_inside: bool = False) -> Outline:
    """Return the outline of a parsed text; `is_inside`: with what is private in it."""
    found = definitions(tree)
    skeletons = Skeletons(tree, found, is_inside=is_inside)
    imports = tree.language.imports(tree.root) if tree.language.imports else ()
    outlined = tuple(
        Outlined(
            symbol.name,
            symbol.qualified_name,
            symbol.kind,
            symbol.range.start.line,
            symbol.range.end.line,
            skeletons.of(definition),
        )
        for definition in found
        for symbol in (definition.symbol,)
    )
    return Outline(outlined, imports, tree.lines)
