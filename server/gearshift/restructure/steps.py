"""What can be done, as plain data that goes to the worker and back as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Rename:
    """A name becomes another one wherever it means the same."""

    symbol: str
    """Qualified name of the function or class that it is, or in which it is bound."""
    old: str
    new: str

    def plain(self) -> dict[str, Any]:
        """Return the step as JSON takes it."""
        return {"kind": "rename", "symbol": self.symbol, "old": self.old, "new": self.new}


@dataclass(frozen=True, slots=True)
class Extract:
    """Whole lines become a function of their own, which is called in their place."""

    first: int
    """Number of the first line, from 0."""
    last: int
    """Number of the last line, from 0, included."""
    name: str
    is_everywhere: bool = False
    """Whether all like pieces of the module become calls of it too."""

    def plain(self) -> dict[str, Any]:
        """Return the step as JSON takes it."""
        return {
            "kind": "extract",
            "first": self.first,
            "last": self.last,
            "name": self.name,
            "everywhere": self.is_everywhere,
        }


@dataclass(frozen=True, slots=True)
class InlineVariable:
    """What a variable of a function stands for comes in its places."""

    symbol: str
    name: str

    def plain(self) -> dict[str, Any]:
        """Return the step as JSON takes it."""
        return {"kind": "inline variable", "symbol": self.symbol, "name": self.name}


@dataclass(frozen=True, slots=True)
class InlineFunction:
    """What a function of one `return` gives comes in the places of its calls, and it goes."""

    name: str

    def plain(self) -> dict[str, Any]:
        """Return the step as JSON takes it."""
        return {"kind": "inline function", "name": self.name}


@dataclass(frozen=True, slots=True)
class Move:
    """A function or class goes to another module."""

    name: str
    goal: Path
    root: Path
    """Folder from which both modules are imported."""

    def plain(self) -> dict[str, Any]:
        """Return the step as JSON takes it."""
        paths = {"goal": str(self.goal), "root": str(self.root)}
        return {"kind": "move", "name": self.name, **paths}


Step = Rename | Extract | InlineVariable | InlineFunction | Move


@dataclass(frozen=True, slots=True)
class Job:
    """Steps to take one after the other in one file."""

    project: Path
    file: Path
    """Where it begins; other files may change with it."""
    files: tuple[Path, ...]
    """The Python files of the project, `file` among them."""
    texts: Mapping[Path, str]
    """Texts that count in place of what is on the disk."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What the steps make of the project."""

    texts: Mapping[Path, str]
    """The changed files, whole."""
    notes: tuple[str, ...] = ()
    """Sentences on what could not be told for certain."""
    imports: Mapping[Path, tuple[str, ...]] = field(default_factory=dict[Path, tuple[str, ...]])
    """Import statements that the changed files lack."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """The steps can't be taken, and why."""

    reason: str
