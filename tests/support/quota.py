"""Estimates and budgets as ledger tests need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gearshift.quota.entry import Estimate
from gearshift.settings.schema import Budget, QuotaSettings, WindowName

if TYPE_CHECKING:
    from gearshift.core.tasks import Task


def estimate(
    tokens: int = 100,
    usd: float | None = 0.01,
    *,
    task: Task = "inline",
    model: str = "gpt-6-luna",
    is_critical: bool = False,
    action: str | None = None,
) -> Estimate:
    """An estimate of `tokens` in all."""
    return Estimate(
        task=task,
        provider="openai",
        model=model,
        tier="mini",
        gear="full",
        reason="The settings say so.",
        input=tokens,
        output=0,
        usd=usd,
        is_critical=is_critical,
        action=action,
    )


def quota(window: WindowName = "5h", reserve_percent: float = 0.0, **limits: Any) -> QuotaSettings:
    """Settings with one budget."""
    return QuotaSettings(budgets=(Budget(window, **limits),), reserve_percent=reserve_percent)
