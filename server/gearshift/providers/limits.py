"""Throughput limits that servers state in `*ratelimit-*` headers: per minute or day, not money."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_KINDS = ("requests", "tokens", "tokens_usage_based", "input-tokens", "output-tokens")
_FORMS = ("x-ratelimit-{field}-{kind}", "anthropic-ratelimit-{kind}-{field}")
_NAMES = tuple(
    tuple(form.format(field=field, kind=kind) for field in ("limit", "remaining", "reset"))
    for form in _FORMS
    for kind in _KINDS
)


class Limits(NamedTuple):
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


def read_limits(headers: Mapping[str, str], now: float) -> Limits | None:
    """Return the tightest limit in `headers`; None when none is stated. `now` is Unix time.

    A limit of 0 or less means nothing (Azure sends -1 and 0).
    """
    found: list[Limits] = []
    for limit_name, left_name, reset_name in _NAMES:
        if limit_name not in headers:
            continue
        try:
            limit, left = float(headers[limit_name]), float(headers[left_name])
        except (KeyError, ValueError):
            continue
        if limit > 0:
            percent = min(100.0, max(0.0, 100.0 * left / limit))
            found.append(Limits(percent, _until(headers.get(reset_name, ""), now)))
    return min(found, key=lambda limits: limits.remaining_percent, default=None)


def _until(reset: str, now: float) -> float | None:
    """Return the seconds from `now` to `reset`, a duration or a moment as RFC 3339 writes it."""
    seconds = parse_duration(reset)
    if seconds is not None:
        return seconds
    try:
        moment = datetime.fromisoformat(reset.replace("Z", "+00:00"))
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - now) if moment.tzinfo else None
