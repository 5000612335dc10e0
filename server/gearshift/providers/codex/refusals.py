"""Failures that app-server reports, as Gearshift's own errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gearshift.core.errors import (
    BadReply,
    ContextTooLong,
    ModelNotFound,
    ProviderError,
    QuotaExhausted,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from gearshift.providers.untrusted import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gearshift.providers.codex.pipe import Answer

SIGN_IN = "run `gearshift setup --preset chatgpt`"
_OVERLOADED = -32001
"""App-server's code for having too much to do."""
_OVERLOAD_WAIT = 1.0
_REFUSED = frozenset(
    {
        *("badRequest", "cyberPolicy", "misalignmentPolicyViolation", "inferenceHookDenied"),
        *("sandboxError", "tooManyDenials"),
    }
)


def turn_error(error: Mapping[str, Any], model: str, resets_at: float | None) -> ProviderError:
    """Return the error for a failed turn; `resets_at` is when the plan's full window resets.

    Its message is never passed on: it can repeat what was sent.
    """
    kind, status = _kind(error.get("codexErrorInfo"))
    if kind in ("usageLimitExceeded", "sessionBudgetExceeded"):
        return QuotaExhausted(
            "codex: the ChatGPT plan is used up for now; use another model until it resets.",
            resets_at,
        )
    if kind in ("rateLimitExceeded", "flexUnavailable") or status == 429:
        return RateLimited("codex: ChatGPT asks to wait a moment before the next request.")
    if kind == "unauthorized" or status in (401, 403):
        return Unauthorized(f"codex: ChatGPT does not accept the login: {SIGN_IN}.")
    if kind == "contextWindowExceeded":
        return ContextTooLong(f"codex: the prompt does not fit `{model}`.")
    if kind == "modelNotFound" or status == 404:
        return ModelNotFound(
            f"codex: the plan has no model `{model}`: change `model` in the settings."
        )
    if kind in _REFUSED or status == 400:
        return BadReply(f"codex did not take the request ({_why(kind, status)}).")
    return Unavailable(f"codex failed ({_why(kind, status)}); it may work again in a moment.")


def call_error(answer: Answer, method: str) -> ProviderError:
    """Return the error for a call that was refused or lost."""
    if answer.is_lost:
        return Unavailable("codex app-server ended before it answered; it is started anew.")
    if answer.code == _OVERLOADED:
        return RateLimited("codex app-server has too much to do at the moment.", _OVERLOAD_WAIT)
    return BadReply(f"codex app-server refused `{method}` ({answer.code}).")


def _kind(info: object) -> tuple[str, int | None]:
    """Return the name of the failure and the HTTP status in it; versions add names at will."""
    if isinstance(info, dict) and info:
        fields = cast("dict[str, Any]", info)
        kind: str = next(iter(fields))
        status = table(fields[kind]).get("httpStatusCode")
        return kind, status if isinstance(status, int) else None
    return (info if isinstance(info, str) else ""), None


def _why(kind: str, status: int | None) -> str:
    words = [kind[:60]] if kind.isalpha() else []
    words += [str(status)] if status else []
    return ", ".join(words) or "no reason given"
