"""Optional parameters that a server was found not to take; they are not sent to it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.providers.faults import Fault

OPTIONAL = frozenset(
    {
        "prompt_cache_key",
        "output_config",
        "prediction",
        "reasoning",
        "reasoning_effort",
        "service_tier",
        "skip_special_tokens",
        "stop",
        "store",
        "stream_options",
        "temperature",
        "think",
        "thinking",
    }
)
"""What a request keeps its meaning without."""
SUCCESSORS = {"max_tokens": "max_completion_tokens"}
"""Newer names: OpenAI's reasoning models refuse the old, older servers do not know the new."""
_STATUSES = (400, 422, 500)
"""llama.cpp and what is built on it refuse some parameters with a 500."""
_WORDS = {
    "suffix": "suffix|insert",
    "think": "think|thinking",
    "output_config": "output_config|effort",
}
"""How refusals call a parameter other than by its name."""
_REFUSAL = re.compile(
    r"unsupported|not (currently )?support|deprecated|unrecogni[sz]ed|unknown|unexpected"
    r"|not permitted|extra|invalid value|not allowed",
    re.I,
)


class Parameters:
    """What one server takes, as learnt from its refusals."""

    def __init__(self, also: frozenset[str] = frozenset()) -> None:
        self._optional = OPTIONAL | also
        self._refused: set[str] = set()

    def takes(self, name: str) -> bool:
        """Whether the server has not refused the parameter `name` so far."""
        return name not in self._refused

    def fit(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return `payload` as the server takes it."""
        fitted: dict[str, Any] = {}
        for name, value in payload.items():
            if name not in self._refused:
                fitted[name] = value
            elif name in SUCCESSORS:
                fitted[SUCCESSORS[name]] = value
        return fitted

    def learn(self, fault: Fault, payload: Mapping[str, Any]) -> bool:
        """Return whether `fault` blames a parameter that can be left out of the next attempt."""
        if fault.status not in _STATUSES:
            return False
        sent = [
            name
            for name in payload
            if name not in self._refused and (name in self._optional or name in SUCCESSORS)
        ]
        blamed = (fault.parameter or "").partition(".")[0]
        if blamed not in sent:
            if blamed or not _REFUSAL.search(fault.message):
                return False
            named = [
                name
                for name in sent
                if re.search(rf"\b({_WORDS.get(name, name)})\b", fault.message)
            ]
            if not named:
                return False
            blamed = named[0]
        self._refused.add(blamed)
        return True
