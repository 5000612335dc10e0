"""What a feature sees of a document: one frozen version of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gearshift.core.text import Position, Range, clamp, split_lines, text_between


@dataclass(frozen=True)
class Snapshot:
    """One version of one document; work on it is dropped or re-anchored when the version moved."""

    uri: str
    path: Path | None
    """The file behind `uri`; None for a document that was never saved."""
    language: str
    """Language id as editors name it: `python`, `typescriptreact`, …"""
    version: int
    lines: tuple[str, ...]
    """Lines with their endings; the last has none and may be empty."""
    rest: tuple[int, object] | None = field(default=None, init=False, repr=False, compare=False)
    """A line, and what is the same object in all versions that differ in that line alone; None: not
    known. Comparing all lines with every key would cost more than most of what is asked of them."""

    @classmethod
    def from_text(
        cls, text: str, *, language: str, path: Path | None = None, version: int = 0
    ) -> Snapshot:
        """Return a snapshot of `text`, as the command line and tests need it."""
        uri = path.absolute().as_uri() if path else "untitled:1"
        return cls(uri, path, language, version, tuple(split_lines(text)))

    def with_rest(self, line: int, mark: object) -> Snapshot:
        """Return this version, which differs from others with the same `mark` in `line` alone."""
        object.__setattr__(self, "rest", (line, mark))
        return self

    def is_same_but_for(self, line: int, rest: tuple[int, object] | None) -> bool:
        """Whether the version whose `rest` that is differs from this one in `line` alone."""
        return rest is not None and rest == self.rest and rest[0] == line

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)

    @property
    def name(self) -> str:
        """What to call the document in a prompt or a message."""
        return self.path.name if self.path else self.uri.rsplit("/", 1)[-1]

    @property
    def whole(self) -> Range:
        """The range of the whole text."""
        return Range(Position(0, 0), Position(len(self.lines) - 1, len(self.lines[-1])))

    def before(self, position: Position) -> str:
        """Return the text up to `position`."""
        return text_between(self.lines, Range(Position(0, 0), clamp(self.lines, position)))

    def after(self, position: Position) -> str:
        """Return the text from `position` on."""
        return text_between(self.lines, Range(clamp(self.lines, position), self.whole.end))

    def slice(self, span: Range) -> str:
        """Return the text in `span`, its ends moved to places that exist."""
        start, end = clamp(self.lines, span.start), clamp(self.lines, span.end)
        return text_between(self.lines, Range(start, end))
