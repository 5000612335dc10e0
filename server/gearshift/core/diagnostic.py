"""A problem that some tool reports in a document."""

from __future__ import annotations

from dataclasses import dataclass

from gearshift.core.text import Range


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One reported problem."""

    range: Range
    message: str
    source: str = ""
    """The tool that reports it: `pyright`, `ruff`."""
    code: str = ""
    """The tool's own name of the rule."""
