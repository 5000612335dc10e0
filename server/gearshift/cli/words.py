"""Figures in words: tokens, seconds, bytes, attempts; the same in every command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.metrics.report import money

if TYPE_CHECKING:
    from gearshift.core.model import Usage
    from gearshift.core.results import Attempt


def tokens(usage: Usage) -> str:
    """Return a usage as `1,204 in + 96 out`; counted here, not told by a vendor: with `about`."""
    about = "about " if usage.is_estimate else ""
    return f"{about}{usage.input:,} in + {usage.output:,} out"


def seconds(value: float) -> str:
    """Return a duration as `0.8 s` or `2 min 5 s`."""
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def megabytes(count: int) -> str:
    """Return a size as people read it on a download: decimal megabytes or gigabytes."""
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def attempt_words(attempt: Attempt) -> str:
    """Return an attempt in one line."""
    parts = [f"{attempt.model} ({attempt.tier})", attempt.outcome.rstrip(".")]
    parts += [f"{tokens(attempt.usage)} tokens", money(attempt.usd), seconds(attempt.seconds)]
    return " · ".join(parts)
