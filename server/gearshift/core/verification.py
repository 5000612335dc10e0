"""The verification port: how an action has its draft checked, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Failure:
    """Why one test failed."""

    message: str
    """The runner's own words: the exception and what it says."""
    path: Path | None = None
    """The file in which it was raised, as the sandboxed code saw it."""
    line: int | None = None
    """Line of that file, from 1."""


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
    failures: Mapping[str, Failure] = field(default_factory=dict[str, Failure])
    """By test id; not every runner says why."""
    hits: Mapping[str, frozenset[tuple[int, int]]] = field(
        default_factory=dict[str, frozenset[tuple[int, int]]]
    )
    """By test id, what it ran of the traced lines: see `verify.coverage`."""
    is_exit_code: bool = False
    """Whether only an exit code is known, so that the one id is the file's."""
