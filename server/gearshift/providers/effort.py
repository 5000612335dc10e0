"""Reasoning effort: which one to ask for, and how many tokens it may think before it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gearshift.providers.chat import is_begun

if TYPE_CHECKING:
    from gearshift.core.model import ChatRequest, ModelFacts

LADDER = ("none", "minimal", "low", "medium", "high", "xhigh", "max", "ultra")
"""All efforts, weakest first, as OpenAI names them."""
_ALLOWANCE = {"none": 0, "minimal": 256, "low": 1024, "medium": 4096, "high": 12288}
_LARGEST_ALLOWANCE = 24576


def choose_effort(request: ChatRequest, configured: str | None, facts: ModelFacts) -> str | None:
    """Return the effort to ask for; None: say nothing of it.

    The user's setting comes first, then the request's wish, both moved to the nearest effort that
    the model has. Inline requests get the weakest: a suggestion that thinks comes too late.
    """
    wish = configured or request.effort
    if not facts.efforts:
        return configured
    if wish is None:
        return _weakest(facts) if request.task in ("inline", "completion") else None
    if wish in facts.efforts or wish not in LADDER:
        return wish
    place = LADDER.index(wish)
    known = [effort for effort in facts.efforts if effort in LADDER]
    return min(known, key=lambda effort: abs(LADDER.index(effort) - place), default=None)


def _weakest(facts: ModelFacts) -> str | None:
    return min(
        (effort for effort in facts.efforts if effort in LADDER), key=LADDER.index, default=None
    )


def thinking_allowance(effort: str | None, facts: ModelFacts) -> int:
    """Return the tokens to allow beyond the answer's own: vendors count thinking as output.

    Without it a short limit can be used up before the first word. Powers of two chosen above what
    each effort is seen to use on tasks of one symbol; a model with no efforts gets none.
    """
    if effort is None:
        return _ALLOWANCE["medium"] if facts.efforts else 0
    return _ALLOWANCE.get(effort, _LARGEST_ALLOWANCE)


def should_not_think(request: ChatRequest, effort: str | None) -> bool:
    """Whether to ask a model that thinks unless told otherwise not to.

    It must not where a suggestion would come too late, nor where it goes on from a begun answer.
    """
    return effort == "none" or is_begun(request) or request.task in ("inline", "completion")


def default_allowance(effort: str | None) -> int:
    """Return the tokens to allow for thinking where models think unless told otherwise."""
    return _ALLOWANCE.get(effort or "medium", _LARGEST_ALLOWANCE)
