"""What the engine hands back: proposals, refusals, attempts, findings, and `suggestions`.

What every start needs is in `suggestions` alone: making a data class takes a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from gearshift.core.errors import GearshiftError
from gearshift.core.model import Usage
from gearshift.core.suggestions import Decision, Skip, Suggestion
from gearshift.core.tasks import Task, Tier
from gearshift.core.text import Edit

__all__ = [
    "Attempt",
    "Decision",
    "FileEdit",
    "Finding",
    "FindingKind",
    "FindingSeverity",
    "Label",
    "Outcome",
    "Proposal",
    "Refusal",
    "Skip",
    "Suggestion",
    "TaskFinished",
]

Label = Literal["verified", "checked", "none"]
"""`verified`: run and passed. `checked`: parsed and compared, nothing ran. `none`: no edit,
or one that was only compared and has a finding against it."""
Outcome = Literal["applied", "refused", "failed", "cancelled"]
FindingKind = Literal["security", "bug"]
"""`security`: new code that is dangerous. `bug`: a test shows that the code is wrong already."""
FindingSeverity = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class FileEdit:
    """Edits of one file; `is_new` when the file is to be created first."""

    path: Path
    edits: tuple[Edit, ...]
    is_new: bool = False
    version: int | None = None
    """Version of the open document that the edits were made for; None: not open."""
    base: str | None = None
    """The text that the edits were made for, which must still be there; None: the document of the
    request, or a file that is not looked at again."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a model within a heavy action."""

    model: str
    tier: Tier
    outcome: str
    """`accepted`, or the check that rejected it, or the provider's error: one sentence."""
    usage: Usage = field(default_factory=Usage)
    usd: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed about code that the user should know, whatever becomes of the edit."""

    kind: FindingKind
    severity: FindingSeverity
    rule: str
    """What found it: `bandit:B602`, `secret:…`, `licence`, `calls:eval`, `test:test_name`."""
    message: str
    """One sentence for the user."""
    path: Path | None = None
    line: int | None = None
    """Line, from 0, in the file as it would be; None: not of one line."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The result of a heavy action: edits with the evidence for them, or a page to read."""

    edits: tuple[FileEdit, ...] = ()
    page: str | None = None
    """Markdown to show (explanations, findings)."""
    label: Label = "none"
    evidence: tuple[str, ...] = ()
    """`tests`, `static`, `sandbox:bwrap`, `fallback:…`: what the label rests on."""
    summary: str = ""
    """One sentence: what was done."""
    attempts: tuple[Attempt, ...] = ()
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    """Why no more was checked, where more could be; None: no such reason."""
    cause: GearshiftError | None = None
    """The error that kept it from being all that was asked for; None: it is."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A heavy action offers nothing, and why."""

    reason: str
    attempts: tuple[Attempt, ...] = ()
    kept: str | None = None
    """What the model wrote, kept for `gearshift.why`; None: nothing worth keeping."""
    findings: tuple[Finding, ...] = ()
    cause: GearshiftError | None = None
    """The error that ended the drafts before their time; None: all were made and fell through."""


@dataclass(frozen=True, slots=True)
class TaskFinished:
    """The end of a heavy action, as clients are told."""

    task_id: str
    action: Task
    outcome: Outcome
    label: Label
    evidence: tuple[str, ...]
    reason: str | None
    attempts: tuple[Attempt, ...]
    cause: GearshiftError | None = None
    """The error behind a refusal, a failure or an edit of a part, which the command line turns into
    its exit code."""
    summary: str = ""
    """One sentence: what was done."""
    findings: tuple[Finding, ...] = ()
    files: tuple[Path, ...] = ()
    """The files that were changed or made."""
