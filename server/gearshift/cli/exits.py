"""The exit codes, and which error or end of an action ends in which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.core.errors import (
    BudgetReached,
    ContextTooLong,
    GearshiftError,
    ProviderError,
    QuotaExhausted,
    Refused,
    SettingsError,
    SetupNeeded,
)

if TYPE_CHECKING:
    from gearshift.core.results import TaskFinished

DONE = 0
FINDINGS = 1
USAGE = 2
BUDGET = 3
UNREACHABLE = 4

_CODES: tuple[tuple[type[GearshiftError], int], ...] = (
    (BudgetReached, BUDGET),
    (QuotaExhausted, BUDGET),
    (ContextTooLong, FINDINGS),
    (ProviderError, UNREACHABLE),
    (Refused, FINDINGS),
    (SettingsError, USAGE),
    (SetupNeeded, USAGE),
    (GearshiftError, FINDINGS),
)


def code_of(error: BaseException) -> int | None:
    """Return the exit code for `error`; None: a bug, whose stack should be seen."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), None)


def code_of_end(finished: TaskFinished) -> int:
    """Return the exit code for the end of an action: its cause decides, then findings."""
    code = code_of(finished.cause) if finished.cause else None
    is_done = finished.outcome == "applied" and not finished.findings
    return code or (DONE if is_done else FINDINGS)
