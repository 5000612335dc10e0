"""What a source of context is given, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gearshift.core.diagnostic import Diagnostic
from gearshift.core.document import Snapshot
from gearshift.core.model import ContextSource
from gearshift.core.text import Position
from gearshift.workspace.edits import Hunk


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that helps at one place."""

    source: ContextSource
    file: Path
    """The file that it stands in or speaks of; `reading` judges it by the gate's rules."""
    path: str
    """What the prompt calls that file."""
    text: str
    label: str
    """What it is, for people: a name, or a place."""
    line: int = 0
    """Where it begins in its file, for the order."""


@dataclass(frozen=True, slots=True)
class Site:
    """A cursor, and what is known around it besides the workspace itself."""

    snapshot: Snapshot
    position: Position
    shown: range
    """Lines of the document that the prompt holds anyway."""
    hunks: tuple[Hunk, ...] = ()
    """Recent changes, the latest last."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What the editor last said is wrong in the document."""
