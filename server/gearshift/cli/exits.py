"""The exit codes, and which error ends in which."""

from __future__ import annotations

from gearshift.core.errors import (
    BudgetReached,
    GearshiftError,
    ProviderError,
    QuotaExhausted,
    Refused,
    SettingsError,
    SetupNeeded,
)

DONE = 0
FINDINGS = 1
USAGE = 2
BUDGET = 3
UNREACHABLE = 4

_CODES: tuple[tuple[type[GearshiftError], int], ...] = (
    (BudgetReached, BUDGET),
    (QuotaExhausted, BUDGET),
    (ProviderError, UNREACHABLE),
    (Refused, FINDINGS),
    (SettingsError, USAGE),
    (SetupNeeded, USAGE),
    (GearshiftError, FINDINGS),
)


def code_of(error: BaseException) -> int | None:
    """Return the exit code for `error`; None: a bug, whose stack should be seen."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), None)
