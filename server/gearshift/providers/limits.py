"""Throughput limits that servers state in `x-ratelimit-*` headers: per minute or day, not money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_KINDS = ("requests", "tokens", "tokens_usage_based")


@dataclass(frozen=True, slots=True)
class Limits:
    """The tightest limit that one reply states."""

    remaining_percent: float
    """What is left of it, 0 to 100."""
    reset_seconds: float | None
    """Until it is whole again; None: not said."""


def parse_duration(text: str) -> float | None:
    """Return the seconds of a Go duration (`6m0s`, `12ms`) or a bare number; None if it is none."""
    text = text.strip()
    try:
        return float(text)
    except ValueError:
        parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def read_limits(headers: Mapping[str, str]) -> Limits | None:
    """Return the tightest limit in `headers`; None when none is stated.

    A limit of 0 or less means nothing (Azure sends -1 and 0).
    """
    found: list[Limits] = []
    for kind in _KINDS:
        try:
            limit = float(headers[f"x-ratelimit-limit-{kind}"])
            left = float(headers[f"x-ratelimit-remaining-{kind}"])
        except (KeyError, ValueError):
            continue
        if limit > 0:
            percent = min(100.0, max(0.0, 100.0 * left / limit))
            found.append(
                Limits(percent, parse_duration(headers.get(f"x-ratelimit-reset-{kind}", "")))
            )
    return min(found, key=lambda limits: limits.remaining_percent, default=None)
