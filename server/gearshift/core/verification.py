"""The verification port: how an action has its draft checked, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one check of a draft."""

    passed: bool
    check: str
    """Which check: `parse`, `interface`, `tests`, …"""
    detail: str = ""
    """One sentence for the user; for a failure, what to tell the model."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TestRun:
    """One run of a test file in the sandbox."""

    __test__ = False  # the name begins with Test, which pytest would collect

    passed: tuple[str, ...]
    """Ids of the tests that passed."""
    failed: tuple[str, ...]
    output: str
    """The runner's own words, cut to what fits a prompt."""
    sandbox: str
    """`bwrap`, `unshare` or `none`."""
    seconds: float
    file: Path
